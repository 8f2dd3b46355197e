"""A text on the queue that is not a message is dropped and logged, and does not affect the next message."""

import base64
import json
import unittest

from support import FOUND_MALICIOUS, OneConnectorTest, wait_until

DROPPED = "A message from the platform cannot be read, dropping it"

HOSTILE = {
    "empty": b"",
    "no JSON": b"this is no JSON",
    "half a message": b'{"internal": {"work_id": "work_',
    "null": b"null",
    "a list": b"[]",
    "a number": b"1e999",
    "bytes that are no text": bytes(range(256)),
    "a lone surrogate": b'{"event": "\\ud800"}',
    "nested deeply": b"[" * 100_000,
    "nested deeply and closed": b'{"event":' * 50_000 + b"1" + b"}" * 50_000,
    "a megabyte of nothing": b" " * 1_000_000,
    "no event": b'{"internal": {}}',
    "an event that is a text": b'{"internal": {}, "event": "entity"}',
    "no entity": b'{"internal": {}, "event": {}}',
    "an entity that is a list": b'{"internal": {}, "event": {"entity_id": ["file--1"]}}',
}

# These can be read, but nothing can be done about them: the log has other lines for them.
ODD = {
    "an entity that does not exist": {"internal": {}, "event": {"entity_id": "file--none"}},
    "an internal part that is a list": {"internal": [], "event": {"entity_id": "file--none"}},
    "no internal part": {"event": {"entity_id": "file--none"}},
    "fields of other types": {"internal": {"work_id": 7, "draft_id": {}, "mode": [], "applicant_id": True},
                              "event": {"entity_id": "file--none", "entity_type": 3, "stix_entity": {"id": 4}}},
    "control characters": {"internal": {}, "event": {"entity_id": "file--\u0000\n{\"level\": \"INFO\"}\u001b[31m"}},
    "a playbook of nothing": {"internal": {"playbook": {}}, "event": {"entity_id": "file--none"}},
    "a playbook whose bundle is a text": {"internal": {"playbook": {"step_id": 1}},
                                          "event": {"entity_id": "file--none", "bundle": "bundle"}},
    "a playbook whose bundle holds other things": {"internal": {"playbook": {"step_id": "1"}},
                                                   "event": {"entity_id": "file--none", "bundle": {"objects": [1, "text", []]}}},
    "a work that does not exist": {"internal": {"work_id": "work_none"}, "event": {"entity_id": "file--none"}},
}


class HostileMessages(OneConnectorTest):
    def put(self, body):
        self.stack.opencti.post("/control/publish", base64=base64.b64encode(body).decode())

    def test_an_unreadable_message_fails_its_work_or_answers_its_step(self):
        work = self.enrich(self.new_file(), cut=1)
        self.assertRegex(self.errors(work)[0], "^The request cannot be read: not JSON")
        answer = self.ask_playbook(entity_id=self.new_file(), cut=1)
        self.assertEqual(answer["bundle"], answer["previous_bundle"])
        self.assertTrue(answer["has_base"])
        empty = self.ask_playbook(entity_id=self.new_file(), cut=20)
        self.assertEqual(empty["bundle"]["objects"], [])
        self.assert_all_well()

    def assert_all_well(self):
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)
        self.assertEqual(self.ready(), 0)

    def test_a_body_that_is_not_a_message_is_dropped_with_an_error_in_the_log(self):
        for body in HOSTILE.values():
            self.put(body)
        wait_until(lambda: len(self.lines(DROPPED)) >= len(HOSTILE), "all messages are dropped")
        self.assert_all_well()
        self.assertEqual(len(self.lines(DROPPED)), len(HOSTILE), "no message is delivered again")
        for name, line in zip(HOSTILE, self.lines(DROPPED)):
            with self.subTest(name):
                self.assertEqual((line["level"], line["attributes"]["bytes"]), ("ERROR", len(HOSTILE[name])))
                self.assertTrue(line["attributes"]["reason"])

    def test_odd_messages_are_handled_and_forgotten(self):
        before = len(self.log())
        for message in ODD.values():
            self.put(json.dumps(message).encode())
        def finished():
            return [line for line in self.log()[before:] if "outcome" in line.get("attributes", {})]
        wait_until(lambda: len(finished()) >= len(ODD), "all messages are handled")
        self.assert_all_well()

    def test_a_work_whose_message_names_no_object_fails(self):
        work = self.enrich(self.unknown_file())["id"]
        self.put(json.dumps({"internal": {"work_id": work}, "event": {}}).encode())
        wait_until(lambda: self.errors(self.stack.work(work)), "the work has an error")
        self.assertEqual(self.errors(self.stack.work(work)),
                         ["The request cannot be read: the field event.entity_id is missing."])


if __name__ == "__main__":
    unittest.main()
