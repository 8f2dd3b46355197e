"""Kaspersky is busy or down, or rejects requests: the connector retries if that helps, and otherwise sends no requests for a while."""

import datetime
import re
import unittest

from support import FOUND_MALICIOUS, SystemTest, new_stack, wait_until

LEFT_ALONE = r"No requests have been sent since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC; the next one is sent at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\."


class Trouble(SystemTest):
    def setUp(self):
        self.use(new_stack())
        self.stack.start_connector()

    def break_tip(self, **fault):
        self.stack.tip.post("/control/faults", **fault)

    def assert_fails(self, text, requests, mode="manual"):
        """Checks that an enrichment ends in error with a text that matches, after this number of requests."""
        asked = len(self.lookups())
        work = self.enrich(self.new_file(), mode=mode)
        self.assertEqual(self.messages(work), [])
        self.assertRegex(self.errors(work)[0], text)
        self.assertEqual(len(self.lookups()) - asked, requests)

    def assert_succeeds(self, requests, mode="manual"):
        asked = len(self.lookups())
        self.assert_result(self.enrich(self.new_file(), timeout=60.0, mode=mode), FOUND_MALICIOUS)
        self.assertEqual(len(self.lookups()) - asked, requests)

    def open_by_failures(self):
        """Opens the breaker: enrichments fail after four requests each, until the connector sends no more requests."""
        self.break_tip(kind="status", status=503)
        self.assert_fails(r"^Kaspersky lookup failed: status 503\. Retry later\.$", requests=4)
        left_alone = re.compile(r"^Kaspersky lookup failed: it does not answer \(status 503\)\. " + LEFT_ALONE)
        wait_until(lambda: left_alone.match(self.errors(self.enrich(self.new_file()))[0]), "the breaker is open")
        self.assertLess(len(self.lookups()), 20)

    # --- retries ---

    def test_a_failure_that_passes_is_not_seen(self):
        for fault in ({"kind": "status", "status": 503}, {"kind": "reset"}, {"kind": "cut", "length": "long"},
                      {"kind": "status", "status": 429}):
            with self.subTest(**fault):
                self.break_tip(times=1, **fault)
                self.assert_succeeds(requests=2)

    def test_one_answer_that_is_lost_holds_nobody_up_for_long_and_is_counted(self):
        self.stack.connector.stop()
        self.stack.start_connector(KASPERSKY_DAILY_QUOTA="5", KASPERSKY_QUOTA_RESERVE="0")
        self.break_tip(kind="hold", times=1)
        works = [self.stack.enrich(self.new_file())]
        self.wait_until_held(self.stack.tip)
        works += [self.stack.enrich(self.new_file()) for _ in range(3)]
        for work in works:
            self.assert_result(self.stack.wait_for_work(work, 40), FOUND_MALICIOUS)
        self.assertEqual([bundle["work_id"] for bundle in self.stack.bundles()], works)
        asked = [request["path"] for request in self.stack.tip.get("/control/requests")]
        self.assertEqual((len(asked), len(set(asked))), (5, 4), "the lookup whose answer was lost was sent twice, the others once")
        self.assertRegex(self.errors(self.enrich(self.new_file()))[0], "^Not looked up: Kaspersky daily quota exhausted")

    def test_a_time_to_wait_is_obeyed(self):
        self.break_tip(kind="status", status=429, retry_after=3, times=1)
        self.assert_succeeds(requests=2)
        first, second = (datetime.datetime.fromisoformat(request["time"]) for request in self.stack.tip.get("/control/requests"))
        self.assertGreaterEqual((second - first).total_seconds(), 2.9)

    def test_a_time_that_is_too_long_is_reported_at_once_and_kept_by_all(self):
        self.break_tip(kind="status", status=429, retry_after=600, times=1)
        self.assert_fails(r"^Kaspersky rate limit reached\. Retry in 600 s\.$", requests=1)
        self.assert_fails(r"^Kaspersky rate limit reached\. Retry in \d+ s\.$", requests=0)

    # --- the breaker ---

    def test_a_service_that_is_down_gets_only_probes(self):
        self.open_by_failures()
        self.assert_fails(r"^Kaspersky lookup failed: it does not answer \(status 503\)\. " + LEFT_ALONE, requests=0)
        [line] = self.lines("Kaspersky does not answer, sending no requests for now")
        self.assertEqual((line["level"], line["attributes"]["reason"]), ("ERROR", "status 503"))
        self.stack.tip.delete("/control/faults")
        wait_until(lambda: not self.errors(self.enrich(self.new_file())), "the probe succeeds", timeout=60, every=0.5)
        self.assertEqual(len(self.lines("Sending a probe to Kaspersky")), 1)
        self.assertEqual(len(self.lines("Kaspersky answers again")), 1)
        self.assert_succeeds(requests=1)

    def test_automatic_requests_wait_until_it_answers(self):
        self.open_by_failures()
        self.stack.tip.delete("/control/faults")
        self.assert_succeeds(requests=1, mode="auto")

    def test_manual_requests_fail_at_once_while_automatic_ones_wait(self):
        self.stack.connector.stop()
        self.stack.start_connector(CONNECTOR_WORKERS="2")
        self.open_by_failures()
        before = self.platform_requests()
        for _ in range(3):
            self.stack.enrich(self.new_file(), mode="auto")
        wait_until(lambda: self.platform_requests() >= before + 2, "each worker has a message")
        [text] = self.errors(self.enrich(self.new_file(), mode="manual"))
        self.assertRegex(text, r"^Kaspersky lookup failed: it does not answer \(status 503\)\. No requests have been sent since ")

    def test_a_shutdown_does_not_wait_for_it(self):
        self.open_by_failures()
        before = self.platform_requests()
        work = self.stack.enrich(self.new_file(), mode="auto")
        wait_until(lambda: self.platform_requests() > before, "the message is in progress")
        self.stack.connector.kill(15)
        self.assertEqual(self.stack.connector.wait(), 0)
        self.stack.tip.delete("/control/faults")
        self.stack.start_connector()
        self.assert_result(self.stack.wait_for_work(work), FOUND_MALICIOUS)

    def test_after_a_rejection_only_probes_are_sent(self):
        for status, words in ((401, "the API token is wrong or has expired"), (403, "the account has no right")):
            with self.subTest(status):
                self.break_tip(kind="status", status=status)
                refused = f"^Kaspersky rejected the request: status {status}: {words}.*"
                self.assert_fails(refused, requests=2)
                self.assert_fails(refused + LEFT_ALONE, requests=0)
                self.assert_fails(refused + LEFT_ALONE, requests=0, mode="auto")
                answer = self.ask_playbook(entity_id=self.new_file())
                self.assertEqual(answer["bundle"]["objects"], answer["previous_bundle"]["objects"])
                [line] = self.lines("Kaspersky rejects requests, sending none for now")
                self.assertEqual(line["level"], "ERROR")
                # A restart after the problem is fixed ends the pause.
                self.stack.tip.delete("/control/faults")
                self.stack.connector.stop()
                self.stack.start_connector()
                self.assert_succeeds(requests=1)

    # --- warnings in advance ---

    def test_a_token_that_expires_soon_is_reported_once_a_day(self):
        in_five_days = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=5)
        self.stack.tip.post("/control/license", TokenExpirationDate=in_five_days.strftime("%Y-%m-%dT%H:%MZ"))
        for _ in range(3):
            self.assert_succeeds(requests=1)
        [line] = self.lines("The API token for Kaspersky expires soon")
        self.assertEqual((line["level"], line["attributes"]["days_left"]), ("WARNING", 5))


if __name__ == "__main__":
    unittest.main()
