"""The log is machine-readable, names the enrichment that a line belongs to, and contains no secrets."""

import json
import re
import unittest

from support import OPENCTI_TOKEN, ROOT, TIP_TOKEN, OneConnectorTest, SystemTest, new_stack, wait_until

HEADER_SECRET = "custom-header-secret-5c1e"
BROKER_PASSWORD = "guest"
OF_THE_CONNECTOR = {"Starting", "Memory limit", "Connector registered", "Consuming", "Connected for publishing",
                    "Kaspersky rejects requests", "Something else answers in the platform's place", "The platform itself answers again"}
TIMESTAMP = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$"


def make_trouble(test):
    """Causes an example of every kind of log line."""
    stack = test.stack
    test.enrich(test.new_file())
    test.enrich(test.unknown_file())
    test.enrich(test.new_file(tlp="TLP:RED"))
    test.enrich(test.new_file("hostile"))
    test.enrich(test.new_file("wrong-types"))
    for fault in ({"kind": "status", "status": 500}, {"kind": "deep"}, {"kind": "reset"}, {"kind": "not_json", "body": TIP_TOKEN}):
        with test.fault(stack.tip, **fault):
            test.enrich(test.new_file())
    for operation in ("stixCoreObject", "isWorkAlive", "addExpectations", "toProcessed"):
        stack.opencti.post("/control/faults", operation=operation, kind="status", status=502, times=1)
        stack.opencti.post("/control/faults", operation=operation, kind="graphql_error", times=1, code="AUTH_REQUIRED",
                           message=f"the token {OPENCTI_TOKEN} is not accepted")
        test.enrich(test.new_file())
    test.ask_playbook(entity_id=test.new_file())
    # The last fault: after this, the connector sends Kaspersky no requests for a while.
    with test.fault(stack.tip, kind="status", status=401):
        test.enrich(test.new_file())
    stack.opencti.post("/control/publish", body=f'no JSON {OPENCTI_TOKEN}')
    wait_until(lambda: "cannot be read, dropping it" in stack.connector.output(), "the message is dropped")


class TextOfOthers(OneConnectorTest):
    def test_characters_that_are_obeyed_or_not_seen_come_neither_into_notes_nor_into_the_log(self):
        hashes = self.new_hashes()
        answer = json.loads((ROOT / "samples/file/malicious/answer.json").read_text())
        answer["FileGeneralInfo"].update({tip: hashes[stix].upper()
                                          for tip, stix in (("Md5", "MD5"), ("Sha1", "SHA-1"), ("Sha256", "SHA-256"))})
        answer["FileGeneralInfo"]["Signer"] = "Example\x9b31m\u202egnp.exe"
        self.stack.tip.post("/control/samples", answers=[answer])
        work = self.enrich(self.stack.add_file({"SHA-256": hashes["SHA-256"]}, None))
        notes = [thing["content"] for bundle in self.stack.bundles(work["id"]) for thing in bundle["objects"] if thing["type"] == "note"]
        self.assertIn("gnp.exe", "".join(notes))
        for character in "\x9b\u202e\x1b":
            self.assertNotIn(character, "".join(notes) + self.stack.connector.output())
            self.assertNotIn(character, json.dumps(work, ensure_ascii=False))


class JsonLog(OneConnectorTest):
    settings = {"OPENCTI_CUSTOM_HEADERS": f"X-Gate: {HEADER_SECRET}"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        make_trouble(cls("run"))

    def test_each_line_is_a_json_object_of_the_same_form(self):
        lines = self.log()
        self.assertGreater(len(lines), 30)
        for line in lines:
            self.assertLessEqual(set(line), {"timestamp", "level", "name", "message", "attributes"})
            self.assertRegex(line["timestamp"], TIMESTAMP)
            self.assertIn(line["level"], {"DEBUG", "INFO", "WARNING", "ERROR"})
            self.assertEqual(line["name"], "Kaspersky Enrichment")
            self.assertTrue(line["message"])

    def test_lines_come_in_the_order_of_time(self):
        times = [line["timestamp"] for line in self.log()]
        self.assertEqual(times, sorted(times))

    def test_every_line_of_an_enrichment_says_which(self):
        own = [line for line in self.log() if not line["message"].startswith(tuple(OF_THE_CONNECTOR))
               and "cannot be read, dropping it" not in line["message"]
               and "playbook_execution_id" not in line["attributes"]]
        self.assertGreater(len(own), 30)
        for line in own:
            self.assertRegex(line["attributes"]["work_id"], "^work_")
            self.assertRegex(line["attributes"]["entity_id"], "^file--")

    def test_every_line_of_a_playbook_step_says_which(self):
        own = [line for line in self.log() if "playbook_execution_id" in line.get("attributes", {})]
        self.assertGreaterEqual(len(own), 2)
        for line in own:
            self.assertRegex(line["attributes"]["entity_id"], "^file--")
            self.assertEqual(line["attributes"]["mode"], "playbook")

    def test_the_end_of_an_enrichment_has_outcome_and_duration(self):
        ends = [line for line in self.log() if "outcome" in line.get("attributes", {})]
        self.assertEqual({line["attributes"]["outcome"] for line in ends},
                         {"found", "not_found", "over_tlp", "refused", "unavailable", "malformed"})
        for line in ends:
            self.assertGreaterEqual(line["attributes"]["duration_ms"], 0)

    def test_no_secret_is_in_it(self):
        for secret in (OPENCTI_TOKEN, TIP_TOKEN, HEADER_SECRET):
            self.assertNotIn(secret, self.stack.connector.output())
        self.assertIsNone(re.search(rf"\b{BROKER_PASSWORD}\b", self.stack.connector.output()))

    def test_no_secret_is_on_a_work(self):
        for work in self.stack.opencti.get("/control/works"):
            for said in self.messages(work) + self.errors(work):
                for secret in (OPENCTI_TOKEN, TIP_TOKEN, HEADER_SECRET):
                    self.assertNotIn(secret, said)


class PlainLog(SystemTest):
    def test_plain_lines_keep_secrets_too(self):
        self.use(new_stack())
        self.stack.start_connector(OPENCTI_JSON_LOGGING="false", OPENCTI_CUSTOM_HEADERS=f"X-Gate: {HEADER_SECRET}")
        make_trouble(self)
        text = self.stack.connector.output()
        for line in text.splitlines():
            self.assertRegex(line, "^(DEBUG|INFO|WARNING|ERROR):Kaspersky Enrichment:.")
        for secret in (OPENCTI_TOKEN, TIP_TOKEN, HEADER_SECRET):
            self.assertNotIn(secret, text)
        self.assertIsNone(re.search(rf"\b{BROKER_PASSWORD}\b", text))


class LogLevel(SystemTest):
    def test_by_default_only_errors_are_logged(self):
        self.use(new_stack())
        self.stack.start_connector(CONNECTOR_LOG_LEVEL=None)
        self.enrich(self.new_file())
        self.assertEqual(self.log(), [])
        with self.fault(self.stack.tip, kind="status", status=500):
            self.enrich(self.new_file())
        [line] = wait_until(self.log, "the failure is logged")
        self.assertEqual(line["level"], "ERROR")


if __name__ == "__main__":
    unittest.main()
