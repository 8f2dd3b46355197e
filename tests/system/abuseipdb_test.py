"""examples/abuseipdb, built with only the installed library: it enriches, and has the features of every connector."""

import json
import os
import pathlib
import secrets
import signal
import subprocess
import unittest
import urllib.request

from support import ROOT, TLP, SystemTest, free_port, shared_broker, wait_until
from stack import OPENCTI_TOKEN, Stack

PROGRAM = pathlib.Path(os.environ.get("ABUSEIPDB_PROGRAM", ROOT / "build" / "example" / "abuseipdb"))
KEY = "d0c0ffee-abuseipdb-key"
# A public address, but the data are made up: addresses reserved for documentation are not looked up.
REPORTED = {"ipAddress": "118.25.6.39", "abuseConfidenceScore": 87, "countryCode": "CN", "usageType": "Data Center/Web Hosting/Transit",
            "isp": "Example Hosting", "domain": "hosting.example", "isTor": True, "totalReports": 12, "numDistinctUsers": 3,
            "lastReportedAt": "2026-11-20T20:55:14+00:00"}
UNREPORTED = "8.8.4.4"


class AbuseIpdbStack(Stack):
    """A stack with a simulator of AbuseIPDB instead of Kaspersky's."""

    def start_tip(self, *options):
        self._options["abuseipdb"] = ("--key", KEY)
        _, self.tip = self._simulator("abuseipdb", *options)
        self.tip.post("/control/addresses", **REPORTED)

    def environment(self, **settings):
        return super().environment(**{"ABUSEIPDB_API_KEY": KEY, "ABUSEIPDB_API_BASE_URL": self.tip.url, "KASPERSKY_API_KEY": None,
                                      "KASPERSKY_API_BASE_URL": None, "CONNECTOR_HTTP_PORT": str(self.port), **settings})


class AbuseIpdb(SystemTest):
    def setUp(self):
        stack = AbuseIpdbStack(PROGRAM, broker=shared_broker(), connector_id=f"system-{secrets.token_hex(6)}")
        stack.port = free_port()
        self.use(stack)

    def address(self, value=REPORTED["ipAddress"], tlp=None):
        thing = {"type": "ipv4-addr", "spec_version": "2.1", "id": f"ipv4-addr--{secrets.token_hex(4)}-0000-4000-8000-000000000000", "value": value}
        return self.stack.add({**thing, **({"object_marking_refs": [TLP[tlp]]} if tlp else {})})

    def objects(self, work):
        return [thing for bundle in self.stack.bundles(work["id"]) for thing in bundle["objects"]]

    def run_program(self, *arguments, **settings):
        return subprocess.run([PROGRAM, *arguments], env=self.stack.environment(**settings), capture_output=True, text=True, timeout=60,
                              check=False)

    def get(self, path):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://127.0.0.1:{self.stack.port}{path}", timeout=10) as answer:
            return answer.read().decode()

    def test_a_reported_address_gets_score_labels_country_organization_and_a_note(self):
        self.stack.start_connector()
        work = self.enrich(self.address())
        self.assertEqual(work["errors"], [])
        self.assertIn("AbuseIPDB has a confidence of 87 %. Sent: score 87; labels data center/web hosting/transit, tor", json.dumps(work))
        objects = self.objects(work)
        self.assertEqual({thing.get("name") for thing in objects if thing["type"] in ("location", "identity")},
                         {"AbuseIPDB", "China", "Example Hosting"})
        self.assertEqual({thing["relationship_type"] for thing in objects if thing["type"] == "relationship"}, {"located-at", "belongs-to"})
        [note] = [thing for thing in objects if thing["type"] == "note"]
        self.assertIn("12 reports within 90 days", note["content"])
        [request] = self.stack.tip.get("/control/requests")
        self.assertEqual(request["query"], {"ipAddress": "118.25.6.39", "maxAgeInDays": "90"})
        self.assertTrue(request["user_agent"].startswith("abuseipdb/1.0.0"))

    def test_an_address_without_reports_is_not_changed(self):
        self.stack.start_connector()
        work = self.enrich(self.address(UNREPORTED))
        self.assertEqual((work["errors"], self.stack.bundles(work["id"])), ([], []))
        self.assertIn("AbuseIPDB knows nothing about this object.", json.dumps(work))

    def test_a_private_address_is_not_asked_about(self):
        self.stack.start_connector()
        work = self.enrich(self.address("10.1.2.3"))
        self.assertEqual(work["errors"], [])
        self.assertIn("Not looked up at AbuseIPDB: 10.1.2.3 is a special address (private).", json.dumps(work))
        self.assertEqual(self.stack.tip.get("/control/requests"), [])

    def test_an_address_marked_too_strictly_is_not_looked_up(self):
        self.stack.start_connector()
        work = self.enrich(self.address(tlp="TLP:RED"))
        self.assertIn("Not sent to AbuseIPDB: ", json.dumps(work))
        self.assertEqual(self.stack.tip.get("/control/requests"), [])

    def test_a_limit_fails_the_work_and_is_kept(self):
        self.stack.tip.post("/control/faults", kind="status", status=429, retry_after=3600)
        self.stack.start_connector()
        for _ in range(2):
            work = self.enrich(self.address())
            self.assertIn("AbuseIPDB rate limit reached", json.dumps(work["errors"]))
        self.assertEqual(len(self.stack.tip.get("/control/requests")), 1)

    def test_a_wrong_key_fails_the_work_and_check(self):
        self.stack.start_connector(ABUSEIPDB_API_KEY="another")
        work = self.enrich(self.address())
        self.assertIn("AbuseIPDB rejected the request: status 401.", json.dumps(work["errors"]))
        checked = self.run_program("check", ABUSEIPDB_API_KEY="another")
        self.assertNotEqual(checked.returncode, 0)
        self.assertIn("AbuseIPDB rejected the request: status 401.", checked.stdout + checked.stderr)

    def test_a_step_of_a_playbook_is_answered_with_the_result(self):
        self.stack.start_connector()
        answer = self.ask_playbook(entity_id=self.address())
        self.assertIn("Example Hosting", json.dumps(answer))

    def test_check_and_lookup_ask_without_the_connector(self):
        checked = self.run_program("check")
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
        self.assertIn("the API key is accepted", checked.stdout)
        found = self.run_program("lookup", REPORTED["ipAddress"])
        self.assertEqual(found.returncode, 0, found.stdout + found.stderr)
        self.assertIn("87", found.stdout)

    def test_it_has_probes_and_metrics_of_its_own_name(self):
        self.stack.start_connector()
        self.enrich(self.address())
        ready = json.loads(wait_until(lambda: self.get("/readyz"), "ready"))
        self.assertTrue(ready["ready"])
        self.assertIn("abuseipdb", json.dumps(json.loads(self.get("/status"))["source"]))
        self.assertIn('outcome="found"', self.get("/metrics"))

    def test_it_stops_gracefully(self):
        connector = self.stack.start_connector()
        self.enrich(self.address())
        connector.kill(signal.SIGTERM)
        self.assertEqual(connector.wait(), 0)

    def test_its_settings_are_checked_and_shown(self):
        wrong = self.run_program("check", ABUSEIPDB_MAX_AGE_IN_DAYS="400", ABUSEIPDB_API_KEY=None)
        self.assertEqual(wrong.returncode, 78)
        self.assertIn("ABUSEIPDB_MAX_AGE_IN_DAYS", wrong.stderr)
        self.assertIn("ABUSEIPDB_API_KEY", wrong.stderr)
        self.assertNotIn("docs/", wrong.stderr)

    def test_no_text_names_a_document_that_it_does_not_have(self):
        texts = [self.run_program(*arguments, ABUSEIPDB_UNKNOWN="1") for arguments in (["--help"], ["man"], ["config"], ["check", "--offline"])]
        self.assertIn("'ABUSEIPDB_UNKNOWN' is not a setting of this connector", texts[-1].stderr)
        for text in texts:
            self.assertNotIn("docs/", text.stdout + text.stderr)

    def test_it_keeps_to_the_protocol(self):
        environment = {**self.stack.environment(), "PATH": os.environ["PATH"]}
        for name in ("OPENCTI_URL", "OPENCTI_TOKEN", "CONNECTOR_ID", "CONNECTOR_HTTP_PORT"):
            environment.pop(name)
        done = subprocess.run(["node", ROOT / "simulators/opencti/conformance.mjs", "--amqp", shared_broker().url, "--type", "IPv4-Addr", "--value",
                               REPORTED["ipAddress"], "--unknown", UNREPORTED, "--", PROGRAM], env=environment, capture_output=True, text=True,
                              timeout=500, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
