"""The lines to the broker and to the platform break in every way, by a proxy that stands in them."""

import unittest

from support import FOUND_MALICIOUS, OBJECTS, FaultProxy, SystemTest, new_stack, port_of, wait_until

HEARTBEAT = 10
# Bytes per second; a bundle has a few thousand.
SLOW = 4_000


class LineTest(SystemTest):
    """A connector whose line to one side leads through a proxy."""

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
        """→ file and work, after `happens` came between a question to Kaspersky and its answer"""
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
            wait_until(lambda: len(self.lines("Consuming")) == 2, "it consumes again")
        self.assert_complete(*self.during_a_lookup(happens))
        self.assertEqual(len(self.stack.bundles()), 1)

    def test_a_message_that_comes_again_before_its_first_delivery_is_over(self):
        """The first is telling how many objects to expect, which the platform takes its time for, when its connection breaks."""
        self.stack.opencti.post("/control/faults", operation="addExpectations", kind="latency", ms=5_000, times=1)
        file = self.new_file()
        work = self.stack.enrich(file)
        wait_until(lambda: "addExpectations" in self.stack.opencti.get("/control/state")["requests"], "it tells")
        self.proxy.cut()
        self.wait_for_line("Not finished; the message will be delivered again")
        self.assert_complete(file, work)
        self.assertEqual(len(self.stack.bundles(work)), 1)

    def test_refused_for_a_while(self):
        def happens():
            self.proxy.refuse()
            self.proxy.cut()
            wait_until(lambda: len(self.lines("Not consuming")) >= 3, "it tries several times")
            self.proxy.mend()
        self.assert_complete(*self.during_a_lookup(happens))
        told = [line for line in self.lines("Not consuming") if line["level"] == "ERROR"]
        self.assertLessEqual(len(told), 2, "the loss, and the refusal, but not each try")

    def test_half_open_is_noticed_by_the_heartbeat(self):
        def happens():
            self.proxy.stall()
            self.wait_for_line("Not consuming", timeout=4 * HEARTBEAT)
            self.proxy.mend()
            wait_until(lambda: len(self.lines("Consuming")) == 2, "it consumes again", timeout=4 * HEARTBEAT)
        file, work = self.during_a_lookup(happens)
        self.assert_complete(file, work, timeout=4 * HEARTBEAT)
        self.assertEqual(len(self.stack.bundles()), 1)

    def test_a_result_whose_confirmation_is_lost_counts_once(self):
        """It reaches the broker and the workers, and the line back is half-open."""
        self.assert_works()  # Connects the publisher.
        with self.fault(self.stack.opencti, operation="isWorkAlive", kind="hold"):
            file = self.new_file()
            work = self.stack.enrich(file)
            self.wait_until_held(self.stack.opencti)
            self.proxy.stall("down")
        self.stack.opencti.post("/control/release")
        wait_until(lambda: self.stack.work(work)["completed_number"] == OBJECTS, "the workers have imported it")
        self.wait_for_line("Not consuming", timeout=4 * HEARTBEAT)
        self.proxy.mend()
        done = self.stack.wait_for_work(work, timeout=60)
        self.assertEqual(self.errors(done), [])
        self.assert_counts(done, OBJECTS)
        # A publisher that noticed first has sent it again: the workers drop it, since the work is over.
        sent = [bundle["objects"] for bundle in self.stack.bundles(work)]
        self.assertEqual(sent, sent[:1] * len(sent))
        self.assert_enriched_as_malicious(file)

    def test_a_slow_line_only_takes_longer(self):
        self.proxy.delay(0.1)
        self.proxy.drip(SLOW)
        self.assert_works()
        self.assertEqual(len(self.lines("Consuming")), 1, "it was kept")


class LineToThePlatform(LineTest):
    def setUp(self):
        self.through(lambda stack: port_of(stack.opencti), OPENCTI_URL="http://127.0.0.1:{port}")

    def test_a_restart_of_the_platform(self):
        """Connections are cut, and refused for a while, with lookups under way and more waiting."""
        self.stack.tip.post("/control/faults", kind="latency", ms=50)
        files = [self.new_file() for _ in range(20)]
        works = self.stack.opencti.post("/control/enrich", entity_ids=files)["work_ids"]
        wait_until(lambda: self.stack.opencti.get("/control/state")["works"]["complete"] > 0, "the first are done")
        self.proxy.reject()
        self.proxy.cut()
        wait_until(lambda: self.proxy.rejected > len(works), "each has tried")
        self.proxy.mend()
        for file, work in zip(files, works):
            self.assert_complete(file, work)
        self.assertEqual([bundle["work_id"] for bundle in self.stack.bundles()], sorted(works), "once each, in order")

    def test_a_slow_line_only_takes_longer(self):
        self.proxy.delay(0.1)
        self.proxy.drip(SLOW)
        self.assert_works()

    def test_an_answer_that_is_cut_on_its_way(self):
        self.proxy.drip(SLOW, "down")
        file = self.new_file()
        work = self.stack.enrich(file)
        wait_until(lambda: "stixCoreObject" in self.stack.opencti.get("/control/state")["requests"], "it reads the object")
        self.proxy.cut()
        self.proxy.mend()
        self.assert_complete(file, work)


class ResetInTheUserInterface(SystemTest):
    def test_what_was_begun_is_finished_and_new_requests_are_taken(self):
        """A reset purges what waits in the queues."""
        self.use(new_stack())
        self.stack.start_connector(CONNECTOR_WORKERS="2")
        with self.fault(self.stack.tip, kind="hold"):
            files = [self.new_file() for _ in range(9)]
            works = self.stack.opencti.post("/control/enrich", entity_ids=files)["work_ids"]
            wait_until(lambda: len(self.stack.tip.get("/control/state")["held"]) == 2, "two are under way")
            purged = self.stack.opencti.post(f"/control/connectors/{self.stack.connector_id}/reset")["purged"]
            self.assertEqual(purged, 5, "two for each worker were with the connector")
        self.stack.tip.post("/control/release")
        for work in works[:4]:
            self.assert_result(self.stack.wait_for_work(work), FOUND_MALICIOUS)
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)
        self.assertEqual([self.stack.work(work)["status"] for work in works[4:]], ["wait"] * 5)


if __name__ == "__main__":
    unittest.main()
