"""However large what others send is, the process stays below its memory limit and 64 MiB more, and gives back what it took."""

import base64
import json
import socket
import threading
import unittest

from support import FOUND_MALICIOUS, ROOT, SANITIZED, SystemTest, free_port, new_stack, wait_until

MIB = 1024 * 1024
LIMIT = 256 * MIB
CEILING = LIMIT + 64 * MIB


def status_of(pid, field):
    """In bytes."""
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith(field + ":"))


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
    def begin(self, **settings):
        self.use(new_stack())
        self.stack.start_connector(CONNECTOR_MEMORY_LIMIT=str(LIMIT // MIB), **settings)
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)
        self.pid = self.stack.connector.pid
        self.idle = status_of(self.pid, "VmRSS")

    def assert_within_limit(self):
        """It never took more, and has given back what it took."""
        peak = status_of(self.pid, "VmHWM")
        print(f"{self.id()}: idle {self.idle // MIB} MiB, peak {peak // MIB} MiB, now {status_of(self.pid, 'VmRSS') // MIB} MiB")
        self.assertLess(peak, CEILING)
        wait_until(lambda: status_of(self.pid, "VmRSS") <= 1.5 * self.idle, "memory is given back", timeout=10)
        self.assertTrue(self.stack.connector.running())
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

    def test_endless_trailers(self):
        server = EndlessTrailers()
        self.addCleanup(server.listener.close)
        self.use(new_stack())
        self.stack.start_connector(KASPERSKY_API_BASE_URL=f"http://127.0.0.1:{server.port}")
        work = self.enrich(self.new_file())
        self.assertRegex(self.errors(work)[0], "more than 262144 bytes of headers")
        self.assertLess(status_of(self.stack.connector.pid, "VmHWM"), 64 * MIB)

    def test_many_of_all_kinds_at_once(self):
        self.begin()
        file = self.new_file()
        _, answer = self.large_answer(12 * MIB)
        objects = json.dumps([*realistic_objects(8 * MIB), self.object(file)])
        steps = []
        with self.fault(self.stack.tip, kind="not_json", body=answer):
            files = [self.new_file() for _ in range(4)]
            works = self.stack.opencti.post("/control/enrich", entity_ids=files)["work_ids"]
            for text in (objects, "[" + "{}," * (4 * MIB) + "{}]", objects, "[" + "{}," * (6 * MIB) + "{}]"):
                message, execution = self.playbook_message(file, text)
                self.put(message)
                steps.append(execution)
            for work in works:
                self.stack.wait_for_work(work, timeout=180)
            for step in steps:
                self.wait_for_step(step, timeout=180)
        self.assert_within_limit()


if __name__ == "__main__":
    unittest.main()
