"""If the broker stops, blocks publishers or loses a queue, enrichments take longer, but none is lost."""

import tempfile
import unittest

import pika

from support import FOUND_MALICIOUS, OBJECTS, Broker, SystemTest, new_stack, wait_until


class BrokerTrouble(SystemTest):
    """These tests start their own broker."""

    @classmethod
    def setUpClass(cls):
        cls.broker = Broker(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="kaspersky-enrichment-broker-")))
        cls.addClassCleanup(cls.broker.stop)

    def setUp(self):
        self.use(new_stack(broker=self.broker))
        self.stack.start_connector()

    def wait_until_back(self, times):
        wait_until(lambda: len(self.lines("Consuming")) > times, "the connector consumes again", timeout=60)
        wait_until(lambda: self.stack.opencti.get("/control/state")["broker"]["connected"], "the platform is connected again", timeout=60)

    def test_a_broker_that_was_killed_and_came_back(self):
        """When the broker stops, lookups are in progress, and other messages wait."""
        with self.fault(self.stack.tip, kind="hold"):
            files = [self.new_file() for _ in range(20)]
            works = self.stack.opencti.post("/control/enrich", entity_ids=files)["work_ids"]
            self.wait_until_held(self.stack.tip)
            self.broker.stop()
            self.wait_for_line("Not consuming")
        self.stack.tip.post("/control/release")
        self.broker.start()
        self.wait_until_back(times=1)
        for file, work in zip(files, works):
            done = self.stack.wait_for_work(work, timeout=60)
            self.assert_result(done, FOUND_MALICIOUS)
            self.assert_counts(done, OBJECTS)
            self.assert_enriched_as_malicious(file)
        self.assertEqual(len(self.stack.bundles()), 20, "each result was sent once")
        told = [line for line in self.lines("Not consuming") if line["level"] == "ERROR"]
        self.assertLessEqual(len(told), 2, "the error is not logged for every attempt")

    def test_a_broker_without_memory_is_waited_for(self):
        self.stack.opencti.post("/control/faults", operation="isWorkAlive", kind="hold", times=1)
        file = self.new_file()
        work = self.stack.enrich(file)
        self.wait_until_held(self.stack.opencti)
        self.broker.alarm(True)
        self.addCleanup(self.broker.alarm, False)
        self.stack.opencti.post("/control/release")
        wait_until(lambda: self.stack.work(work)["expected_number"] == OBJECTS, "the result is about to be published")
        self.wait_for_line("Connected for publishing")
        self.assertEqual(self.stack.bundles(), [])
        self.broker.alarm(False)
        self.assert_counts(self.stack.wait_for_work(work), OBJECTS)
        self.assertEqual(len(self.stack.bundles(work)), 1)
        self.assert_enriched_as_malicious(file)

    def test_a_push_queue_that_is_gone_is_declared_again(self):
        self.stack.opencti.post("/control/faults", operation="isWorkAlive", kind="hold", times=1)
        file = self.new_file()
        work = self.stack.enrich(file)
        self.wait_until_held(self.stack.opencti)
        with pika.BlockingConnection(pika.URLParameters(self.broker.url)) as connection:
            connection.channel().queue_delete(f"push_{self.stack.connector_id}")
        self.stack.opencti.post("/control/release")
        self.assert_result(self.stack.wait_for_work(work), FOUND_MALICIOUS)
        self.assert_enriched_as_malicious(file)
        self.assertEqual(self.stack.opencti.get("/control/state")["registrations"], 2)


if __name__ == "__main__":
    unittest.main()
