"""The daily quota, whose reserve is for manual requests."""

import datetime
import json
import pathlib
import signal
import unittest
import urllib.request

from support import FOUND_MALICIOUS, SystemTest, free_port, new_stack, wait_until

SPENT = r"^Not looked up: Kaspersky daily quota exhausted\. Lookups resume at \d{4}-\d\d-\d\d 00:00 UTC\.$"


class Quota(SystemTest):
    def setUp(self):
        self.use(new_stack())

    def status(self, port):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/status", timeout=20) as answer:
            return json.load(answer)

    def assert_enriched(self, mode, times=1):
        for _ in range(times):
            self.assert_result(self.enrich(self.new_file(), mode=mode), FOUND_MALICIOUS)

    def assert_spent(self, mode):
        asked = len(self.lookups())
        file = self.new_file()
        before = self.object(file)
        work = self.enrich(file, mode=mode)
        self.assertEqual(self.messages(work), [])
        self.assertRegex(self.errors(work)[0], SPENT)
        self.assert_nothing_sent(work)
        self.assertEqual(self.object(file), before)
        self.assertEqual(len(self.lookups()), asked)

    def test_the_last_tenth_of_the_day_is_reserved_for_manual_requests(self):
        self.stack.start_connector(KASPERSKY_DAILY_QUOTA="10")
        self.assert_enriched("auto", times=9)
        self.assert_spent("auto")
        self.assert_enriched("manual")
        self.assert_spent("manual")
        self.assert_spent("auto")
        self.assertEqual(len(self.lookups()), 10)
        self.assertEqual([line["level"] for line in self.lines("Kaspersky daily quota exhausted")], ["WARNING"] * 2)

    def test_a_playbook_gets_its_bundle_back(self):
        self.stack.start_connector(KASPERSKY_DAILY_QUOTA="1")
        self.assert_enriched("manual")
        answer = self.ask_playbook(entity_id=self.new_file())
        self.assertEqual(answer["bundle"]["objects"], answer["previous_bundle"]["objects"])
        self.assertEqual(len(self.lookups()), 1)

    def test_a_cached_answer_costs_nothing(self):
        self.stack.start_connector(KASPERSKY_DAILY_QUOTA="1", KASPERSKY_QUOTA_RESERVE="0")
        file = self.new_file()
        for _ in range(3):
            self.assertEqual(self.errors(self.enrich(file, mode="auto")), [])
        self.assert_spent("auto")

    def test_the_count_outlives_a_kill(self):
        settings = {"KASPERSKY_DAILY_QUOTA": "3", "KASPERSKY_QUOTA_RESERVE": "0",
                    "KASPERSKY_CACHE_PATH": str(pathlib.Path(self.stack.folder) / "cache.db")}
        self.stack.start_connector(**settings)
        self.assert_enriched("auto", times=2)
        # A request is counted before it is sent, so a kill during the request does not lose the count.
        self.stack.tip.post("/control/faults", kind="hold", times=1)
        work = self.stack.enrich(self.new_file())
        self.wait_until_held(self.stack.tip)
        self.stack.connector.kill()
        self.stack.connector.wait()
        self.stack.start_connector(**settings)
        self.assertRegex(self.errors(self.stack.wait_for_work(work))[0], SPENT)
        self.assert_spent("manual")
        self.assertEqual(len(self.lookups()), 3)

    def test_the_count_of_the_licence_includes_all_its_clients(self):
        self.stack.tip.post("/control/license", DayQuota=100, DayRequests=88)
        self.stack.start_connector()
        self.assert_enriched("auto", times=2)
        self.assert_spent("auto")
        self.assert_enriched("manual", times=10)
        self.assert_spent("manual")

    def test_the_last_request_of_the_quota_is_not_a_fault(self):
        self.stack.tip.post("/control/license", DayQuota=1)
        self.stack.start_connector()
        self.assert_enriched("auto")
        self.assertEqual([line for line in self.log() if line["level"] != "INFO" and line["level"] != "DEBUG"], [])

    def test_every_try_is_counted(self):
        self.stack.start_connector(KASPERSKY_DAILY_QUOTA="2")
        self.stack.tip.post("/control/faults", kind="status", status=503, times=1)
        self.assert_enriched("manual")
        self.assert_spent("manual")

    def test_automatic_requests_fail_if_they_are_not_to_wait(self):
        self.stack.start_connector(KASPERSKY_DAILY_QUOTA="2", KASPERSKY_QUOTA_RESERVE="50", KASPERSKY_QUOTA_EXHAUSTED="fail")
        self.assert_enriched("auto")
        self.assert_spent("auto")
        self.assert_enriched("manual")
        self.assertEqual(self.ready(), 0)

    def assert_automatic_requests_wait(self, **settings):
        port = free_port()
        self.stack.start_connector(KASPERSKY_DAILY_QUOTA="3", KASPERSKY_QUOTA_RESERVE="67", KASPERSKY_QUOTA_EXHAUSTED="wait",
                                   CONNECTOR_HTTP_PORT=str(port), **settings)
        self.assert_enriched("auto")
        # More than the connector prefetches.
        waiting = [self.stack.enrich(self.new_file(), mode="auto") for _ in range(40)]
        self.wait_for_line("Automatic requests wait in the queue")
        self.assert_enriched("manual")
        answer = self.ask_playbook(entity_id=self.new_file())
        self.assertEqual(answer["bundle"]["objects"], answer["previous_bundle"]["objects"])
        self.assert_enriched("manual")
        self.assert_spent("manual")
        self.assertEqual(len(self.lookups()), 3)
        for work in waiting:
            self.assertEqual(self.errors(self.stack.work(work)), [])
            self.assertIsNone(self.stack.work(work)["processed_time"])
        wait_until(lambda: self.status(port)["deferred"] == len(waiting), "/status counts all messages that wait")
        self.assertEqual((self.status(port)["waiting"], self.status(port)["under_way"]), (0, 0))
        [told] = self.lines("Automatic requests wait in the queue")
        self.assertRegex(told["attributes"]["reason"], SPENT)
        return waiting

    def test_automatic_requests_wait_and_others_go_past_them(self):
        waiting = self.assert_automatic_requests_wait()
        self.stack.connector.kill(signal.SIGTERM)
        self.assertEqual(self.stack.connector.wait(), 0)
        wait_until(lambda: self.ready() == len(waiting), "all messages that wait are in the queue again")
        self.stack.start_connector()
        for work in waiting:
            self.assert_result(self.stack.wait_for_work(work), FOUND_MALICIOUS)

    def test_automatic_requests_wait_where_they_are_posted_too(self):
        self.stack.close()
        self.use(new_stack(opencti_options=("--callback-poll-ms", "50", "--callback-retry-ms", "100")))
        settings = {"CONNECTOR_LISTEN_PROTOCOL": "api", "CONNECTOR_LISTEN_PROTOCOL_API_PORT": str(free_port()),
                    "KASPERSKY_CACHE_PATH": str(pathlib.Path(self.stack.folder) / "cache.db")}
        waiting = self.assert_automatic_requests_wait(**settings)
        self.stack.connector.kill(signal.SIGTERM)
        self.assertEqual(self.stack.connector.wait(), 0)
        self.assertEqual(self.lines("Accepted messages are kept for the next start")[0]["attributes"]["messages"], len(waiting))
        self.stack.start_connector(**settings)
        for work in waiting:
            self.assert_result(self.stack.wait_for_work(work), FOUND_MALICIOUS)

    def test_requests_keep_the_pace_that_is_set(self):
        self.stack.start_connector(KASPERSKY_REQUESTS_PER_SECOND="5")
        files = [self.new_file() for _ in range(11)]
        for work in self.stack.opencti.post("/control/enrich", entity_ids=files)["work_ids"]:
            self.assertEqual(self.errors(self.stack.wait_for_work(work)), [])
        times = sorted(request["time"] for request in self.stack.tip.get("/control/requests"))
        self.assertEqual(len(times), 11)
        self.assertGreater(seconds_between(times[0], times[-1]), 1.8)


def seconds_between(first, last):
    return (datetime.datetime.fromisoformat(last) - datetime.datetime.fromisoformat(first)).total_seconds()


if __name__ == "__main__":
    unittest.main()
