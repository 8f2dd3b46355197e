"""However large what others send is, the process stays below its memory limit and 64 MiB more, and gives back what it took. It cannot
take more: it runs in a control group that allows no more, where one can be made."""

import base64
import http.client
import json
import socket
import threading
import unittest

from memory_limits import ControlGroup, real_limit, status_of
from support import FOUND_MALICIOUS, ROOT, SANITIZED, SystemTest, free_port, new_stack, wait_until

MIB = 1024 * 1024
LIMIT = 256 * MIB
CEILING = LIMIT + 64 * MIB


def realistic_objects(size):
    """Objects as a playbook has them, in so many bytes of JSON."""
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


class EndlessTrailers(threading.Thread):
    """A server whose one answer never ends: it sends trailers behind the last chunk."""

    def __init__(self):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.sent = 0
        self.start()

    def run(self):
        while True:
            try:
                client, _ = self.listener.accept()
                client.recv(65536)
                client.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n2\r\n{}\r\n0\r\n")
                line = b"X: " + b"x" * 4000 + b"\r\n"
                for _ in range(100_000):
                    client.sendall(line)
                    self.sent += len(line)
            except OSError:
                continue


@unittest.skipIf(SANITIZED, "memory tells nothing")
class Memory(SystemTest):
    def use_in(self, bounds, **options):
        """A stack whose connector is in these bounds from its beginning."""
        self.bounds = bounds
        self.addCleanup(self.bounds.remove)
        self.use(new_stack(**options))
        self.stack.program = self.bounds.starter(self.stack.program, self.stack.folder)

    def begin(self, stack_options=(), **settings):
        self.use_in(real_limit(), **dict(stack_options))
        self.stack.start_connector(**{"CONNECTOR_MEMORY_LIMIT": str(LIMIT // MIB), **settings})
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)
        self.pid = self.stack.connector.pid
        self.idle = status_of(self.pid, "VmRSS")
        # Not before: the connector would see the limit of its group and lower its own.
        self.bounds.limit(self.pid, CEILING)

    def assert_within_limit(self):
        """It never took more, was not denied any, and has given back what it took."""
        peak = status_of(self.pid, "VmHWM")
        print(f"{self.id()}: idle {self.idle // MIB} MiB, peak {peak // MIB} MiB, now {status_of(self.pid, 'VmRSS') // MIB} MiB, "
              f"{self.bounds.told()}")
        self.assertEqual(self.bounds.kills(), 0)
        self.assertLess(peak, CEILING)
        wait_until(lambda: status_of(self.pid, "VmRSS") <= 1.5 * self.idle, "memory is given back", timeout=10)
        self.assertTrue(self.stack.connector.running())
        self.assertEqual([line for line in self.log() if "could not be taken" in line["message"]], [])
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)

    def playbook_message(self, entity, objects):
        """The text of a message, and its execution. @param objects text of a list of objects"""
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
        """What Kaspersky says of a file, with so many bytes of rows. → the file, the text"""
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
        _, text = self.large_answer(15 * MIB)
        for count in (1, 4):
            with self.fault(self.stack.tip, kind="not_json", body=text):
                files = [self.new_file() for _ in range(count)]
                for work in self.stack.opencti.post("/control/enrich", entity_ids=files)["work_ids"]:
                    self.stack.wait_for_work(work, timeout=120)
        self.assert_within_limit()

    def test_an_answer_of_many_small_values(self):
        self.begin()
        for body in ('{"FileNames":[' + "{}," * (5 * MIB) + "{}]}", "[" * (8 * MIB), '{"a":[' + "[]," * (5 * MIB) + "1]}"):
            with self.fault(self.stack.tip, kind="not_json", body=body):
                self.assertNotEqual(self.errors(self.enrich(self.new_file())), [])
        self.assert_within_limit()

    def test_large_replies_of_the_platform_to_64_workers(self):
        """Each is of the longest that is read, with the most values; what does not fit waits."""
        self.begin(CONNECTOR_WORKERS="64")
        files = [self.new_file() for _ in range(128)]
        values = ",".join(["[]"] * 49_000)
        # An object is known by its id, of which an earlier one may stand anywhere in its form.
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
        server = EndlessTrailers()
        self.addCleanup(server.listener.close)
        self.use_in(real_limit())
        self.stack.start_connector(KASPERSKY_API_BASE_URL=f"http://127.0.0.1:{server.port}")
        self.bounds.limit(self.stack.connector.pid, 64 * MIB)
        work = self.enrich(self.new_file())
        self.assertRegex(self.errors(work)[0], "more than 262144 bytes of headers")
        self.assertEqual(self.bounds.kills(), 0)
        self.assertLess(status_of(self.stack.connector.pid, "VmHWM"), 64 * MIB)

    def ask_for_eight(self, hand_in):
        """Four large answers and four large steps at once. → works, executions"""
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
        _, answer = self.large_answer(15 * MIB)
        with self.fault(self.stack.tip, kind="not_json", body=answer):
            self.wait_for_all(*self.ask_for_eight(self.put))
        self.assert_within_limit()

    def test_eight_of_the_largest_at_once_where_they_are_posted(self):
        port = free_port()
        self.begin(stack_options={"opencti_options": ("--callback-poll-ms", "50", "--callback-retry-ms", "100")}.items(),
                   CONNECTOR_LISTEN_PROTOCOL="API", CONNECTOR_LISTEN_PROTOCOL_API_PORT=str(port))
        _, answer = self.large_answer(15 * MIB)
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

    def test_in_a_container_with_less_the_limit_is_lowered(self):
        group = ControlGroup.make()
        if group is None:
            self.skipTest("no control group can be made here")
        self.use_in(group)
        group.limit(None, 320 * MIB)
        self.stack.start_connector(CONNECTOR_MEMORY_LIMIT=str(LIMIT // MIB))
        [line] = self.wait_for_line("Memory limit")
        self.assertEqual(line["attributes"], {"limit": "192 MiB", "source": "control group", "control_group": "320 MiB"})
        _, answer = self.large_answer(12 * MIB)
        with self.fault(self.stack.tip, kind="not_json", body=answer):
            self.wait_for_all(*self.ask_for_eight(self.put))
        print(f"{self.id()}: peak {status_of(self.stack.connector.pid, 'VmHWM') // MIB} MiB, {group.told()}")
        self.assertEqual(group.kills(), 0)
        self.assertLess(status_of(self.stack.connector.pid, "VmHWM"), (192 + 64) * MIB)


if __name__ == "__main__":
    unittest.main()
