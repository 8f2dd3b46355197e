"""However much data other systems send, the process uses at most its memory limit and 64 MiB more, and releases it afterwards. If a
control group can be created, it enforces this limit."""

import base64
import collections
import http.client
import json
import secrets
import socket
import tempfile
import threading
import unittest

from memory_limits import ControlGroup, real_limit, status_of
from support import FOUND_MALICIOUS, ROOT, SANITIZED, SystemTest, free_port, new_stack, wait_until

MIB = 1024 * 1024
LIMIT = 256 * MIB
RELATED = ("FileDownloadedFromUrls", "FileAccessedUrls", "FileStartedObjects", "FileStartedBy", "FileDownloadedObjects", "FileDownloadedBy")


def realistic_objects(size):
    """Objects as in a playbook's bundle, with at least `size` bytes of JSON."""
    objects, length = [], 0
    while length < size:
        number = len(objects)
        objects.append({
            "type": "indicator", "spec_version": "2.1", "id": f"indicator--00000000-0000-4000-8000-{number:012}",
            "created": "2026-11-01T10:20:30.000Z", "name": f"http://malware.example.com/{number}", "pattern_type": "stix",
            "pattern": f"[url:value = 'http://malware.example.com/{number}']", "labels": ["malware", "phishing"],
            "extensions": {"extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba": {
                "extension_type": "property-extension", "id": f"00000000-0000-4000-8000-{number:012}", "type": "Indicator"}}})
        length += len(json.dumps(objects[-1])) + 2
    return objects


class HostileServer(threading.Thread):
    """A server that answers each connection's first request with whatever `answer(client)` sends."""

    def __init__(self, answer):
        super().__init__(daemon=True)
        self.answer = answer
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.listener.getsockname()[1]
        self.start()

    def run(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        with client:
            try:
                client.recv(65536)
                self.answer(client)
            except OSError:
                pass


class HostileRedis(HostileServer):
    """A Redis server that answers each script with `head`, and `count` times `part`."""

    def __init__(self, head, part, count):
        self.reply = (head, part, count)
        self.answers = 0
        super().__init__(None)

    def serve(self, client):
        with client, client.makefile("rb") as lines:
            try:
                while line := lines.readline():
                    words = [self.word(lines) for _ in range(int(line[1:]))]
                    if words[0].upper() not in (b"EVALSHA", b"EVAL"):
                        client.sendall(b"+OK\r\n")
                        continue
                    self.answers += 1
                    head, part, count = self.reply
                    client.sendall(head)
                    for _ in range(count):
                        client.sendall(part)
                    client.sendall(b"\r\n")
            except OSError:
                pass

    @staticmethod
    def word(lines):
        size = int(lines.readline()[1:])
        return lines.read(size + 2)[:size]


def endless_trailers(client):
    """An answer that never ends: trailers follow the last chunk."""
    client.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n2\r\n{}\r\n0\r\n")
    for _ in range(100_000):
        client.sendall(b"X: " + b"x" * 4000 + b"\r\n")


def many_lines_of_headers(client):
    client.sendall(b"HTTP/1.1 200 OK\r\n" + b"a:\r\n" * (255 * 1024 // 4) + b"Content-Length: 2\r\n\r\n{}")
    client.recv(1)


def nested_encodings(client):
    """4 KiB whose decoder needs a window of 128 MiB, and a gzip header in it that never ends. The connection then stays open."""
    block = 128 * 1024
    gzip_header = b"\x1f\x8b\x08\x08" + bytes(6)
    body = b"\x28\xb5\x2f\xfd\x00" + bytes([17 << 3])
    body += (len(gzip_header) << 3).to_bytes(3, "little") + gzip_header
    body += ((block << 3 | 2).to_bytes(3, "little") + b"A") * (140 * MIB // block)
    client.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip, zstd\r\nTransfer-Encoding: chunked\r\n\r\n")
    client.sendall(b"%x\r\n%s\r\n" % (len(body), body))
    client.recv(1)


@unittest.skipIf(SANITIZED, "memory tells nothing")
class Memory(SystemTest):
    def use_in(self, bounds, **options):
        """A stack whose connector is started inside these bounds."""
        self.bounds = bounds
        self.addCleanup(self.bounds.remove)
        self.use(new_stack(**options))
        self.stack.program = self.bounds.starter(self.stack.program, self.stack.folder)

    def begin(self, stack_options=(), limit=LIMIT, found=FOUND_MALICIOUS, **settings):
        self.found = found
        self.ceiling = limit + 64 * MIB
        self.use_in(real_limit(), **dict(stack_options))
        self.stack.start_connector(**{"CONNECTOR_MEMORY_LIMIT": str(limit // MIB), **settings})
        self.assert_result(self.enrich(self.new_file()), found)
        self.pid = self.stack.connector.pid
        self.idle = status_of(self.pid, "VmRSS")
        # Not earlier: the connector would read the group's limit, and lower its own.
        self.bounds.limit(self.pid, self.ceiling)

    def assert_within_limit(self, kept=0):
        """The connector stayed below the limit, no allocation failed, and it released the memory, except `kept` for what it caches."""
        peak = status_of(self.pid, "VmHWM")
        print(f"{self.id()}: idle {self.idle // MIB} MiB, peak {peak // MIB} MiB, now {status_of(self.pid, 'VmRSS') // MIB} MiB, "
              f"{self.bounds.told()}")
        self.assertEqual(self.bounds.kills(), 0)
        self.assertLess(peak, self.ceiling)
        wait_until(lambda: status_of(self.pid, "VmRSS") <= 1.5 * self.idle + kept, "the memory is released", timeout=10)
        self.assertTrue(self.stack.connector.running())
        self.assertEqual([line for line in self.log() if "could not be accepted" in line["message"]], [])
        self.assert_result(self.enrich(self.new_file()), self.found)

    def playbook_message(self, entity, objects):
        """→ the text of a message, the id of its execution. `objects` is the text of a list of objects."""
        step = self.stack.opencti.post("/control/playbook_step", entity_id=entity)
        head = json.dumps({"internal": {"work_id": None, "playbook": step, "mode": "auto"}})
        event = '{"entity_id":%s,"bundle":{"id":"bundle--%s","type":"bundle","objects":%s}}' % (
            json.dumps(entity), "00000000-0000-4000-8000-000000000001", objects)
        return head[:-1] + ',"event":' + event + "}", step["execution_id"]

    def put(self, text):
        self.stack.opencti.post("/control/publish", base64=base64.b64encode(text.encode()).decode())

    def wait_for_step(self, execution, timeout=120):
        return wait_until(lambda: [line for line in self.log() if "outcome" in line.get("attributes", {})
                                   and line["attributes"].get("playbook_execution_id") == execution],
                          "the step is answered", timeout)[0]

    def large_answer(self, size):
        """An answer about a new file, with about `size` bytes of rows. → the file, the text"""
        file = self.new_file()
        answer = json.loads((ROOT / "samples" / "file" / "malicious" / "answer.json").read_text())
        answer["FileGeneralInfo"]["Sha256"] = self.object(file)["hashes"]["SHA-256"].upper()
        row = {"FileName": "x" * 100, "Hits": 1}
        answer["FileNames"] = [{**row, "FileName": f"{number}{row['FileName']}"} for number in range(size // 150)]
        return file, json.dumps(answer)

    def test_a_bundle_of_empty_objects(self):
        self.begin()
        file = self.new_file()
        message, execution = self.playbook_message(file, "[" + "{}," * (50 * MIB // 3) + json.dumps(self.object(file)) + "]")
        self.put(message)
        self.wait_for_step(execution)
        self.assert_within_limit()

    def test_a_large_realistic_bundle(self):
        self.begin()
        file = self.new_file()
        objects = realistic_objects(18 * MIB)
        message, execution = self.playbook_message(file, json.dumps([*objects, self.object(file)]))
        self.put(message)
        self.assertEqual(self.wait_for_step(execution)["attributes"]["outcome"], "found")
        self.assert_within_limit()

    def shared_step(self, count, organisations):
        """A step for a new file that is shared with organisations, beside empty objects. → message, execution"""
        file = self.new_file()
        entity = {**self.object(file), "x_opencti_granted_refs": [
            f"identity--00000000-0000-4000-8000-{number:012}" for number in range(organisations)]}
        return self.playbook_message(file, "[" + "{}," * count + json.dumps(entity) + "]")

    def test_organisations_for_each_object_of_a_large_bundle(self):
        self.begin()
        for organisations in (1, 3000):
            message, execution = self.shared_step(23 * MIB // 3, organisations)
            self.put(message)
            line = self.wait_for_step(execution)
            self.assertEqual(line["attributes"]["outcome"], "too_large")
            self.assertIn("Not looked up: the playbook's bundle would be too large with the organisations", line["message"])
        self.assertEqual(len(self.lookups()), 1)
        self.assert_within_limit()

    def test_organisations_for_each_object_of_many_bundles(self):
        self.begin(CONNECTOR_WORKERS="16")
        steps = []
        for _ in range(16):
            message, execution = self.shared_step(90_000, 1)
            self.put(message)
            steps.append(execution)
        for step in steps:
            self.assertEqual(self.wait_for_step(step)["attributes"]["outcome"], "found")
        self.assert_within_limit()

    def test_a_step_that_is_too_large_to_be_read_is_answered(self):
        self.use(new_stack())
        self.stack.start_connector(CONNECTOR_MEMORY_LIMIT="64")
        self.wait_for_line("Consuming")
        file = self.new_file()
        message, execution = self.playbook_message(file, json.dumps([*realistic_objects(8 * MIB), self.object(file)]))
        self.put(message)
        self.assertIn("it is too large", self.wait_for_step(execution)["message"])
        self.assertEqual(self.answer_to(execution)["bundle"]["objects"], [])
        self.assertEqual(self.lookups(), [])

    def test_large_answers_one_and_four_at_once(self):
        self.begin()
        _, text = self.large_answer(11 * MIB)
        for count in (1, 4):
            with self.fault(self.stack.tip, kind="not_json", body=text):
                files = [self.new_file() for _ in range(count)]
                for work in self.stack.opencti.post("/control/enrich", entity_ids=files)["work_ids"]:
                    self.stack.wait_for_work(work, timeout=120)
        self.assert_within_limit()

    def many_related_objects(self, rows):
        """An answer that becomes 12 objects for each row."""
        answer = json.loads((ROOT / "samples" / "file" / "malicious" / "answer.json").read_text())
        for digest in ("Md5", "Sha1", "Sha256"):
            answer["FileGeneralInfo"].pop(digest, None)
        row = {"Zone": "Red", "HitsCount": 5, "FirstSeen": "2026-01-01T00:00:00Z", "LastSeen": "2026-02-01T00:00:00Z"}
        for section in RELATED[:2]:
            answer[section] = [{**row, "Url": f"http://{secrets.token_hex(8)}.example.com/{'x' * 100}"} for _ in range(rows)]
        for section in RELATED[2:]:
            answer[section] = [{**row, "Md5": secrets.token_hex(16).upper(), "Name": f"Trojan.Win32.Generic{number}",
                                "DetectionName": "HEUR:Trojan.Win32.Generic"} for number in range(rows)]
        return json.dumps(answer)

    def test_large_results_that_wait_for_the_first_one(self):
        """15 results of 4,800 objects each are ready before the first lookup ends. Those for which there is no room are made again
        from their answers or from the cache, without a second lookup."""
        folder = self.enterContext(tempfile.TemporaryDirectory())
        # No automatic requests for the objects that are sent.
        self.begin(limit=64 * MIB, found=FOUND_MALICIOUS.replace("1 note", "4 related files; 3 URLs; 1 note"),
                   KASPERSKY_RECORDS_COUNT="400", KASPERSKY_FILE_SECTIONS=",".join(RELATED), KASPERSKY_CACHE_SIZE="16",
                   KASPERSKY_CACHE_PATH=f"{folder}/cache.db", CONNECTOR_WORKERS="8", CONNECTOR_AUTO="false")
        before = len(self.lookups())
        self.stack.tip.post("/control/faults", kind="hold", times=1)
        first = self.stack.enrich(self.new_file())
        self.wait_until_held(self.stack.tip)
        with self.fault(self.stack.tip, kind="not_json", body=self.many_related_objects(400)):
            works = [self.stack.enrich(self.new_file()) for _ in range(15)]
            wait_until(lambda: len(self.lookups()) == before + 16, "all are looked up", timeout=60)
            self.stack.tip.post("/control/release")
            for work in [first, *works]:
                self.assertEqual(self.errors(self.stack.wait_for_work(work, timeout=300)), [])
        self.assertEqual(len(self.lookups()), before + 16)
        # The cache of objects that the platform has: 8 MiB of texts.
        self.assert_within_limit(kept=20 * MIB)

    def test_steps_with_large_results_at_once(self):
        """No result waits for memory that another one keeps while it waits, too."""
        self.begin(found=FOUND_MALICIOUS.replace("1 note", "4 related files; 3 URLs; 1 note"), KASPERSKY_RECORDS_COUNT="300",
                   KASPERSKY_FILE_SECTIONS=",".join(RELATED), CONNECTOR_WORKERS="8", CONNECTOR_AUTO="false")
        before = len(self.lookups())
        with self.fault(self.stack.tip, kind="not_json", body=self.many_related_objects(300)):
            for execution in self.put_steps(8, []):
                self.assertEqual(self.wait_for_step(execution)["attributes"]["outcome"], "found")
        self.assertEqual(len(self.lookups()), before + 8)
        self.assert_within_limit(kept=20 * MIB)

    def test_an_answer_of_many_small_values(self):
        self.begin()
        for body in ('{"FileNames":[' + "{}," * (11 * MIB // 3) + "{}]}", "[" * (8 * MIB), '{"a":[' + "[]," * (11 * MIB // 3) + "1]}"):
            with self.fault(self.stack.tip, kind="not_json", body=body):
                self.assertNotEqual(self.errors(self.enrich(self.new_file())), [])
        self.assert_within_limit()

    def test_large_replies_of_the_platform_to_64_workers(self):
        """Each reply has the maximum length that is read, with the maximum number of values. Replies for which there is no memory wait."""
        self.begin(CONNECTOR_WORKERS="64")
        files = [self.new_file() for _ in range(128)]
        values = ",".join(["[]"] * 49_000)
        # The platform's simulator recognizes the object by its id, which may be anywhere in the reply; so the reply has
        # the ids of all files.
        form = " ".join(files)
        form += "x" * (4 * MIB - len(values) - len(form) - 1000)
        reply = '{"data":{"stixCoreObject":{"id":"1","entity_type":"StixFile","objectMarking":[],"toStix":"%s","x":[%s]}}}' % (
            form, values)
        with self.fault(self.stack.opencti, operation="stixCoreObject", kind="not_json", body=reply):
            for work in self.stack.opencti.post("/control/enrich", entity_ids=files)["work_ids"]:
                self.assertEqual(self.errors(self.stack.wait_for_work(work, timeout=300)), [])
        self.assert_within_limit()

    def test_a_posted_body_of_60_mebibytes(self):
        port = free_port()
        self.begin(stack_options={"opencti_options": ("--callback-poll-ms", "50", "--callback-retry-ms", "100")}.items(),
                   CONNECTOR_LISTEN_PROTOCOL="API", CONNECTOR_LISTEN_PROTOCOL_API_PORT=str(port))
        file = self.new_file()
        message, execution = self.playbook_message(file, "[" + "{}," * (59 * MIB // 3) + json.dumps(self.object(file)) + "]")
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        token = self.stack.opencti.post("/control/token")["token"]
        connection.request("POST", "/api/callback", message, {"Authorization": f"Bearer {token}"})
        self.assertEqual(connection.getresponse().status, 202)
        connection.close()
        self.wait_for_step(execution)
        self.assert_within_limit()

    def test_endless_trailers(self):
        server = HostileServer(endless_trailers)
        self.addCleanup(server.listener.close)
        self.use_in(real_limit())
        self.stack.start_connector(KASPERSKY_API_BASE_URL=f"http://127.0.0.1:{server.port}")
        self.bounds.limit(self.stack.connector.pid, 64 * MIB)
        work = self.enrich(self.new_file())
        self.assertRegex(self.errors(work)[0], "more than 262144 bytes of headers")
        self.assertEqual(self.bounds.kills(), 0)
        self.assertLess(status_of(self.stack.connector.pid, "VmHWM"), 64 * MIB)

    def assert_rejected(self, answer, reason, workers):
        """As many lookups as workers get this answer; none needs memory, and each work fails."""
        server = HostileServer(answer)
        self.addCleanup(server.listener.close)
        self.use_in(real_limit())
        self.stack.start_connector(KASPERSKY_API_BASE_URL=f"http://127.0.0.1:{server.port}", CONNECTOR_WORKERS=str(workers))
        self.bounds.limit(self.stack.connector.pid, 64 * MIB)
        files = [self.new_file() for _ in range(workers)]
        for work in self.stack.opencti.post("/control/enrich", entity_ids=files)["work_ids"]:
            self.assertNotEqual(self.errors(self.stack.wait_for_work(work, timeout=120)), [])
        self.assertIn(reason, json.dumps(self.log()))
        self.assertEqual(self.bounds.kills(), 0)
        self.assertLess(status_of(self.stack.connector.pid, "VmHWM"), 64 * MIB)

    def test_nested_encodings(self):
        self.assert_rejected(nested_encodings, "answered in an encoding that was not requested", workers=8)

    def test_many_lines_of_headers(self):
        self.assert_rejected(many_lines_of_headers, "more than 1000 lines of headers", workers=8)

    def test_replies_of_the_shared_store(self):
        """Each script of 64 workers is answered with 63 MiB."""
        server = HostileRedis(b"$%d\r\n" % (63 * MIB), b"x" * MIB, 63)
        self.addCleanup(server.listener.close)
        self.use(new_stack())
        self.stack.start_connector(CONNECTOR_STORE=f"redis://127.0.0.1:{server.port}/0", CONNECTOR_WORKERS="64")
        self.stack.opencti.post("/control/enrich", entity_ids=[self.new_file() for _ in range(64)])
        wait_until(lambda: "Redis answered with more than" in json.dumps(self.log()), "a long reply is rejected")
        wait_until(lambda: server.answers >= 40, "many replies", timeout=60)
        self.assertLess(status_of(self.stack.connector.pid, "VmHWM"), 64 * MIB)

    def ask_for_eight(self, hand_in):
        """Requests four large answers and four large steps at once. → works, executions"""
        file = self.new_file()
        empty = "[" + "{}," * (50 * MIB // 3) + json.dumps(self.object(file)) + "]"
        objects = json.dumps([*realistic_objects(18 * MIB), self.object(file)])
        works = self.stack.opencti.post("/control/enrich", entity_ids=[self.new_file() for _ in range(4)])["work_ids"]
        steps = []
        for text in (objects, empty, empty, objects):
            message, execution = self.playbook_message(file, text)
            hand_in(message)
            steps.append(execution)
        return works, steps

    def wait_for_all(self, works, steps):
        for work in works:
            self.stack.wait_for_work(work, timeout=300)
        for step in steps:
            self.wait_for_step(step, timeout=300)

    def test_eight_of_the_largest_at_once(self):
        self.begin()
        _, answer = self.large_answer(11 * MIB)
        with self.fault(self.stack.tip, kind="not_json", body=answer):
            self.wait_for_all(*self.ask_for_eight(self.put))
        self.assert_within_limit()

    def test_eight_of_the_largest_at_once_where_they_are_posted(self):
        port = free_port()
        self.begin(stack_options={"opencti_options": ("--callback-poll-ms", "50", "--callback-retry-ms", "100")}.items(),
                   CONNECTOR_LISTEN_PROTOCOL="API", CONNECTOR_LISTEN_PROTOCOL_API_PORT=str(port))
        _, answer = self.large_answer(11 * MIB)
        token = self.stack.opencti.post("/control/token")["token"]

        def post(text):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("POST", "/api/callback", text, {"Authorization": f"Bearer {token}"})
            status = connection.getresponse().status
            connection.close()
            return status == 202

        threads = []

        def hand_in(text):
            threads.append(threading.Thread(target=wait_until, args=(lambda: post(text), "it is taken", 300, 0.2)))
            threads[-1].start()

        with self.fault(self.stack.tip, kind="not_json", body=answer):
            works, steps = self.ask_for_eight(hand_in)
            self.wait_for_all(works, steps)
        for thread in threads:
            thread.join()
        self.assert_within_limit()

    def put_steps(self, number, filling, new=True):
        """Puts steps into the queue, each with these objects and one of a new file or the same. → the ids of their executions"""
        entity, executions = self.new_file(), []
        for index in range(number):
            # Each message has its own size, which identifies it in the log.
            objects = [*filling, {**self.object(entity), "x_number": "x" * index}]
            message, execution = self.playbook_message(entity, json.dumps(objects))
            self.put(message)
            executions.append(execution)
            entity = self.new_file() if new else entity
        return executions

    def test_many_large_messages_when_the_prefetch_changes(self):
        """They are not read before there is memory for them, also while the broker is asked for something else."""
        settings = {"KASPERSKY_DAILY_QUOTA": "1", "KASPERSKY_QUOTA_RESERVE": "0", "KASPERSKY_QUOTA_EXHAUSTED": "wait",
                    "CONNECTOR_MEMORY_LIMIT": str(LIMIT // MIB), "CONNECTOR_LOG_LEVEL": "debug"}
        self.use_in(real_limit())
        settings["KASPERSKY_CACHE_PATH"] = str(self.stack.folder / "store.db")
        self.stack.start_connector(**settings)
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)
        self.stack.connector.stop()
        # More is fetched while it waits for the quota.
        self.stack.enrich(self.new_file(), mode="auto")
        executions = self.put_steps(10, [{"x_text": "x" * 40 * MIB}], new=False)
        self.stack.start_connector(**settings)
        ceiling = LIMIT + 64 * MIB
        self.bounds.limit(self.stack.connector.pid, ceiling)
        self.wait_for_line("Prefetch changed")
        self.wait_for_all([], executions)
        self.assertLess(status_of(self.stack.connector.pid, "VmHWM"), ceiling)
        self.assertEqual(self.bounds.kills(), 0)

    def test_a_message_that_waits_for_memory_goes_back_to_the_queue_twice_at_most(self):
        """Each return can count towards the delivery-limit of a quorum queue, after which the broker drops the message."""
        self.use(new_stack())
        self.stack.tip.post("/control/faults", kind="latency", ms=300)
        self.stack.start_connector(CONNECTOR_MEMORY_LIMIT=str(LIMIT // MIB), CONNECTOR_WORKERS="8", CONNECTOR_LOG_LEVEL="debug")
        self.wait_for_line("Consuming")
        self.wait_for_all([], self.put_steps(24, realistic_objects(2 * MIB)))
        waited = collections.Counter(line["attributes"]["bytes"] for line in self.lines("A message waits for memory"))
        self.assertGreater(len(waited), 4)
        self.assertLessEqual(max(waited.values()), 2)

    def test_in_a_container_with_less_the_limit_is_lowered(self):
        group = ControlGroup.make()
        if group is None:
            self.skipTest("no control group can be created here")
        self.use_in(group)
        group.limit(None, 320 * MIB)
        self.stack.start_connector(CONNECTOR_MEMORY_LIMIT=str(LIMIT // MIB))
        [line] = self.wait_for_line("Memory limit")
        self.assertEqual(line["attributes"], {"limit": "192 MiB", "source": "control group", "control_group": "320 MiB"})
        _, answer = self.large_answer(8 * MIB)
        with self.fault(self.stack.tip, kind="not_json", body=answer):
            self.wait_for_all(*self.ask_for_eight(self.put))
        print(f"{self.id()}: peak {status_of(self.stack.connector.pid, 'VmHWM') // MIB} MiB, {group.told()}")
        self.assertEqual(group.kills(), 0)
        self.assertLess(status_of(self.stack.connector.pid, "VmHWM"), (192 + 64) * MIB)


if __name__ == "__main__":
    unittest.main()
