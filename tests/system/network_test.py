"""The connections to the broker and to the platform fail in all ways that a proxy between them can cause."""

import unittest

from support import FOUND_MALICIOUS, OBJECTS, FaultProxy, SystemTest, new_stack, port_of, wait_until

HEARTBEAT = 10
# Bytes per second. A bundle has a few thousand bytes.
SLOW = 4_000


class LineTest(SystemTest):
    """A connector whose connections to the broker or to the platform go through a proxy."""

    def through(self, port, **settings):
        self.use(new_stack())
        self.proxy = self.enterContext(FaultProxy(port(self.stack)))
        self.stack.start_connector(**{name: value.format(port=self.proxy.port) for name, value in settings.items()})
        self.wait_for_line("Consuming")

    def assert_complete(self, file, work, timeout=60):
        done = self.stack.wait_for_work(work, timeout)
        self.assertEqual(self.errors(done), [])
        self.assertIn(FOUND_MALICIOUS, self.messages(done))
        self.assert_counts(done, OBJECTS)
        self.assert_enriched_as_malicious(file)

    def assert_works(self, **how):
        file = self.new_file()
        self.assert_complete(file, self.stack.enrich(file), **how)


class LineToTheBroker(LineTest):
    def setUp(self):
        self.through(lambda stack: stack.broker.about["port"], MQ_HOST="127.0.0.1", MQ_PORT="{port}")

    def during_a_lookup(self, happens):
        """Calls happens() while a lookup is in progress. → file, work"""
        with self.fault(self.stack.tip, kind="hold"):
            file = self.new_file()
            work = self.stack.enrich(file)
            self.wait_until_held(self.stack.tip)
            happens()
        self.stack.tip.post("/control/release")
        return file, work

    def test_a_cut_brings_the_message_again(self):
        def happens():
            self.proxy.cut()
            self.wait_for_line("Not consuming")
            wait_until(lambda: len(self.lines("Consuming")) == 2, "the connector consumes again")
        self.assert_complete(*self.during_a_lookup(happens))
        self.assertEqual(len(self.stack.bundles()), 1)

    def test_a_message_that_comes_again_before_its_first_delivery_is_over(self):
        """The connection breaks while the first delivery reports the expected number of objects, which the platform answers slowly."""
        self.stack.opencti.post("/control/faults", operation="addExpectations", kind="latency", ms=5_000, times=1)
        file = self.new_file()
        work = self.stack.enrich(file)
        wait_until(lambda: "addExpectations" in self.stack.opencti.get("/control/state")["requests"], "the connector reports the expected number")
        self.proxy.cut()
        self.assert_complete(file, work)
        self.wait_for_line("The work was reported on before")
        self.assertEqual(len(self.stack.bundles(work)), 1)
        self.assertEqual(self.stack.opencti.get("/control/state")["requests"]["addExpectations"], 1)

    def test_rejected_for_a_while(self):
        def happens():
            self.proxy.reject_connections()
            self.proxy.cut()
            wait_until(lambda: len(self.lines("Not consuming")) >= 3, "the connector tries several times")
            self.proxy.restore()
        self.assert_complete(*self.during_a_lookup(happens))
        told = [line for line in self.lines("Not consuming") if line["level"] == "ERROR"]
        self.assertLessEqual(len(told), 2, "the lost connection and the first rejection are logged, but not each attempt")

    def test_half_open_is_noticed_by_the_heartbeat(self):
        def happens():
            self.proxy.stall()
            self.wait_for_line("Not consuming", timeout=4 * HEARTBEAT)
            self.proxy.restore()
            wait_until(lambda: len(self.lines("Consuming")) == 2, "the connector consumes again", timeout=4 * HEARTBEAT)
        file, work = self.during_a_lookup(happens)
        self.assert_complete(file, work, timeout=4 * HEARTBEAT)
        self.assertEqual(len(self.stack.bundles()), 1)

    def test_a_result_whose_confirmation_is_lost_counts_once(self):
        """The result reaches the broker and the workers, but nothing comes back over the half-open connection."""
        self.assert_works()  # Connects the publisher.
        with self.fault(self.stack.opencti, operation="isWorkAlive", kind="hold"):
            file = self.new_file()
            work = self.stack.enrich(file)
            self.wait_until_held(self.stack.opencti)
            self.proxy.stall("down")
        self.stack.opencti.post("/control/release")
        wait_until(lambda: self.stack.work(work)["completed_number"] == OBJECTS, "the workers have imported it")
        self.wait_for_line("Not consuming", timeout=4 * HEARTBEAT)
        self.proxy.restore()
        done = self.stack.wait_for_work(work, timeout=60)
        self.assertEqual(self.errors(done), [])
        self.assert_counts(done, OBJECTS)
        # A publisher that noticed this first has sent the result again. The workers drop it, because the work is complete.
        sent = [bundle["objects"] for bundle in self.stack.bundles(work)]
        self.assertEqual(sent, sent[:1] * len(sent))
        self.assert_enriched_as_malicious(file)

    def test_a_slow_line_only_takes_longer(self):
        self.proxy.delay(0.1)
        self.proxy.drip(SLOW)
        self.assert_works()
        self.assertEqual(len(self.lines("Consuming")), 1, "the connection was kept")


class LineToThePlatform(LineTest):
    def setUp(self):
        self.through(lambda stack: port_of(stack.opencti), OPENCTI_URL="http://127.0.0.1:{port}")

    def test_a_restart_of_the_platform(self):
        """Connections are cut, and new ones rejected for a while, while lookups are in progress and other messages wait."""
        self.stack.tip.post("/control/faults", kind="latency", ms=50)
        files = [self.new_file() for _ in range(20)]
        works = self.stack.opencti.post("/control/enrich", entity_ids=files)["work_ids"]
        wait_until(lambda: self.stack.opencti.get("/control/state")["works"]["complete"] > 0, "the first works are complete")
        self.proxy.reset_connections()
        self.proxy.cut()
        wait_until(lambda: self.proxy.reset > len(works), "the connector tried to reach the platform for each work")
        self.proxy.restore()
        for file, work in zip(files, works):
            self.assert_complete(file, work)
        self.assertEqual([bundle["work_id"] for bundle in self.stack.bundles()], sorted(works), "each result is sent once, in order")

    def test_a_slow_line_only_takes_longer(self):
        self.proxy.delay(0.1)
        self.proxy.drip(SLOW)
        self.assert_works()

    def test_an_answer_that_is_cut_on_its_way(self):
        self.proxy.drip(SLOW, "down")
        file = self.new_file()
        work = self.stack.enrich(file)
        wait_until(lambda: "stixCoreObject" in self.stack.opencti.get("/control/state")["requests"], "the connector reads the object")
        self.proxy.cut()
        self.proxy.restore()
        self.assert_complete(file, work)


class ResetInTheUserInterface(SystemTest):
    def test_begun_enrichments_are_finished_and_new_requests_are_accepted(self):
        """A reset deletes the messages that wait in the queues."""
        self.use(new_stack())
        self.stack.start_connector(CONNECTOR_WORKERS="2")
        with self.fault(self.stack.tip, kind="hold"):
            files = [self.new_file() for _ in range(9)]
            works = self.stack.opencti.post("/control/enrich", entity_ids=files)["work_ids"]
            wait_until(lambda: len(self.stack.tip.get("/control/state")["held"]) == 2, "two lookups are in progress")
            purged = self.stack.opencti.post(f"/control/connectors/{self.stack.connector_id}/reset")["purged"]
            self.assertEqual(purged, 5, "the connector had fetched two messages per worker")
        self.stack.tip.post("/control/release")
        for work in works[:4]:
            self.assert_result(self.stack.wait_for_work(work), FOUND_MALICIOUS)
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)
        self.assertEqual([self.stack.work(work)["status"] for work in works[4:]], ["wait"] * 5)


if __name__ == "__main__":
    unittest.main()
