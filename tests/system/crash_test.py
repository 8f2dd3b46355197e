"""kill -9 at any point: nothing is lost, and nothing takes effect twice."""

import tempfile
import unittest

from support import FOUND_MALICIOUS, OBJECTS, SystemTest, new_stack, wait_until

NOT_FOUND = "Kaspersky knows nothing about this object. Nothing was changed."
ALREADY_SENT = "The result was sent before the connector was interrupted."


class CrashTest(SystemTest):
    settings = {}

    def setUp(self):
        self.use(new_stack())
        self.stack.start_connector(**self.settings)
        self.file = self.new_file()

    def hold(self, operation, before):
        self.stack.opencti.post("/control/faults", operation=operation, kind="hold", before=before, times=1)

    def kill_and_start_again(self):
        self.stack.connector.kill()
        self.stack.connector.wait()
        self.stack.start_connector(**self.settings)

    def crash_while_held(self, simulator):
        work = self.stack.enrich(self.file)
        self.wait_until_held(simulator)
        self.kill_and_start_again()
        simulator.post("/control/release")
        return work

    def assert_as_after_a_single_run(self, work, *texts, lookups):
        done = self.stack.wait_for_work(work)
        wait_until(lambda: self.lines("Message received"), "the message is delivered again")
        self.assertTrue(self.lines("Message received")[0]["attributes"]["redelivered"])
        wait_until(lambda: any("outcome" in line.get("attributes", {}) for line in self.log()), "the message is handled")
        done = self.stack.work(work)
        self.assertEqual((self.messages(done), self.errors(done)), (list(texts), []))
        self.assertEqual((done["status"], done["expected_number"]), ("complete", OBJECTS))
        self.assert_enriched_as_malicious(self.file)
        self.assertEqual(self.stack.opencti.get("/control/state")["entities"], OBJECTS, "file, author and note")
        self.assertEqual(len(self.lookups()), lookups)
        self.stack.connector.stop()
        self.assertEqual(self.ready(), 0, "the message is acknowledged")


class Crash(CrashTest):
    def test_during_the_read(self):
        self.hold("stixCoreObject", before=True)
        self.assert_as_after_a_single_run(self.crash_while_held(self.stack.opencti), FOUND_MALICIOUS, lookups=1)

    def test_during_the_lookup(self):
        self.stack.tip.post("/control/faults", kind="hold", times=1)
        self.assert_as_after_a_single_run(self.crash_while_held(self.stack.tip), FOUND_MALICIOUS, lookups=2)

    def test_between_lookup_and_publishing(self):
        self.hold("isWorkAlive", before=True)
        self.assert_as_after_a_single_run(self.crash_while_held(self.stack.opencti), FOUND_MALICIOUS, lookups=2)

    def test_before_the_expectations_are_announced(self):
        self.hold("addExpectations", before=True)
        self.assert_as_after_a_single_run(self.crash_while_held(self.stack.opencti), FOUND_MALICIOUS, lookups=2)

    def test_after_the_expectations_are_announced(self):
        self.hold("addExpectations", before=False)
        self.assert_as_after_a_single_run(self.crash_while_held(self.stack.opencti), FOUND_MALICIOUS, lookups=2)

    def test_between_publishing_and_the_report(self):
        """It is not recorded that the result was sent, and the work does not show it, because another message may have the same work."""
        self.hold("toProcessed", before=True)
        work = self.stack.enrich(self.file)
        self.wait_until_held(self.stack.opencti)
        wait_until(lambda: self.stack.work(work)["completed_number"] == OBJECTS, "the workers have imported it")
        self.kill_and_start_again()
        self.assert_as_after_a_single_run(work, FOUND_MALICIOUS, lookups=2)

    def test_after_publishing_while_the_workers_are_slow(self):
        """It is not recorded that the result was sent, so it is sent again. The work still completes at the number of its objects."""
        self.stack.opencti.post("/control/worker", paused=True)
        self.hold("toProcessed", before=True)
        work = self.stack.enrich(self.file)
        self.wait_until_held(self.stack.opencti)
        self.kill_and_start_again()
        wait_until(lambda: any("outcome" in line.get("attributes", {}) for line in self.log()), "the message is handled")
        self.stack.opencti.post("/control/worker", paused=False)
        wait_until(lambda: len(self.stack.bundles()) == 2, "both bundles are sent")
        self.assert_as_after_a_single_run(work, FOUND_MALICIOUS, lookups=2)

    def test_with_many_under_way(self):
        files = [self.new_file() for _ in range(30)]
        self.stack.tip.post("/control/faults", kind="latency", ms=40)
        works = self.stack.opencti.post("/control/enrich", entity_ids=files)["work_ids"]
        for kills in (5, 15):
            wait_until(lambda: self.stack.opencti.get("/control/state")["works"]["complete"] >= kills, "some works are complete")
            self.kill_and_start_again()
        for file, work in zip(files, works):
            done = self.stack.wait_for_work(work)
            self.assertEqual((done["expected_number"], self.errors(done)), (OBJECTS, []))
            self.assert_enriched_as_malicious(file)
        self.assertEqual(self.stack.opencti.get("/control/state")["dropped"], 0)

    def test_during_the_answer_to_a_playbook(self):
        self.hold("playbookStepExecution", before=True)
        execution = self.stack.opencti.post("/control/playbook", entity_id=self.file)["execution_id"]
        self.wait_until_held(self.stack.opencti)
        self.kill_and_start_again()
        self.assertEqual(len(self.answer_to(execution)["bundle"]["objects"]), OBJECTS)


class WithAFile(CrashTest):
    def setUp(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        self.settings = {"KASPERSKY_CACHE_PATH": f"{folder}/cache.db"}
        super().setUp()

    def test_between_publishing_and_the_report(self):
        self.hold("toProcessed", before=True)
        work = self.stack.enrich(self.file)
        self.wait_until_held(self.stack.opencti)
        wait_until(lambda: self.stack.work(work)["completed_number"] == OBJECTS, "the workers have imported it")
        self.kill_and_start_again()
        self.assert_as_after_a_single_run(work, ALREADY_SENT, lookups=1)
        self.assertEqual(len(self.stack.bundles()), 1)

    def test_between_the_report_and_the_acknowledgement(self):
        self.hold("toProcessed", before=False)
        work = self.stack.enrich(self.file)
        self.wait_until_held(self.stack.opencti)
        wait_until(lambda: self.stack.work(work)["completed_number"] == OBJECTS, "the workers have imported it")
        self.kill_and_start_again()
        self.assert_as_after_a_single_run(work, FOUND_MALICIOUS, lookups=1)
        self.assertEqual(len(self.stack.bundles()), 1)

    def test_between_the_report_that_nothing_is_known_and_the_acknowledgement(self):
        self.file = self.unknown_file()
        self.hold("toProcessed", before=False)
        work = self.stack.enrich(self.file)
        self.wait_until_held(self.stack.opencti)
        self.kill_and_start_again()
        wait_until(lambda: any("outcome" in line.get("attributes", {}) for line in self.log()), "the message is handled")
        self.assert_result(self.stack.wait_for_work(work), NOT_FOUND)
        self.assertEqual(len(self.lookups()), 1)
        self.stack.connector.stop()
        self.assertEqual(self.ready(), 0, "the message is acknowledged")

    def test_after_publishing_while_the_workers_are_slow(self):
        self.stack.opencti.post("/control/worker", paused=True)
        self.hold("toProcessed", before=True)
        work = self.stack.enrich(self.file)
        self.wait_until_held(self.stack.opencti)
        self.kill_and_start_again()
        wait_until(lambda: any("outcome" in line.get("attributes", {}) for line in self.log()), "the message is handled")
        self.stack.opencti.post("/control/worker", paused=False)
        self.assert_as_after_a_single_run(work, ALREADY_SENT, lookups=1)
        self.assertEqual(len(self.stack.bundles()), 1)


if __name__ == "__main__":
    unittest.main()
