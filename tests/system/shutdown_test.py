"""SIGTERM: messages in progress are finished within the grace period, and the others stay in the queue."""

import os
import signal
import time
import unittest

from support import FOUND_MALICIOUS, OBJECTS, SANITIZED, SystemTest, new_stack, port_of, wait_until

SOON = 3.0


class Shutdown(SystemTest):
    def start(self, **settings):
        self.use(new_stack())
        self.stack.start_connector(**settings)
        self.wait_for_line("Consuming")

    def terminate(self, number=signal.SIGTERM):
        self.stack.connector.kill(number)

    def assert_ends(self, code, within=SOON):
        begun = time.monotonic()
        self.assertEqual(self.stack.connector.wait(timeout=30), code)
        self.assertLess(time.monotonic() - begun, within)

    def wait_until_back_in_the_queue(self):
        wait_until(lambda: self.ready() == 1, "the message is back in the queue")

    def test_idle_it_ends_at_once(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number.name):
                self.start()
                self.terminate(number)
                self.assert_ends(0)
                self.assertTrue(self.lines("Stopped"))

    def test_messages_in_progress_are_finished_and_the_rest_stays_in_the_queue(self):
        self.start(CONNECTOR_WORKERS="2")
        self.stack.tip.post("/control/faults", kind="hold")
        files = [self.new_file() for _ in range(9)]
        works = self.stack.opencti.post("/control/enrich", entity_ids=files)["work_ids"]
        wait_until(lambda: len(self.stack.tip.get("/control/state")["held"]) == 2, "two lookups are in progress")
        self.terminate()
        self.wait_for_line("Stopping")
        wait_until(lambda: self.ready() == 7, "the other messages are given back")
        self.stack.tip.delete("/control/faults")
        self.stack.tip.post("/control/release")
        self.assert_ends(0)
        self.assertEqual(self.ready(), 7)
        done = [work for work in map(self.stack.work, works) if work["status"] == "complete"]
        self.assertEqual([work["id"] for work in done], sorted(works)[:2])
        for work in done:
            self.assert_result(work, FOUND_MALICIOUS)
        self.stack.start_connector()
        for work in works:
            self.assert_counts(self.stack.wait_for_work(work), OBJECTS)

    def test_when_the_grace_is_over_the_message_stays_in_the_queue(self):
        self.start(CONNECTOR_SHUTDOWN_GRACE="1")
        self.stack.tip.post("/control/faults", kind="hang", times=1)
        work = self.stack.enrich(self.new_file())
        wait_until(self.lookups, "the lookup is in progress")
        self.terminate()
        self.assert_ends(0, within=1 + SOON)
        self.assertTrue(self.lines("Stopped before everything was finished"))
        self.wait_until_back_in_the_queue()
        self.stack.start_connector()
        self.assert_result(self.stack.wait_for_work(work), FOUND_MALICIOUS)

    def test_an_enrichment_that_waits_for_the_platform_stays_in_the_queue(self):
        self.start(CONNECTOR_SHUTDOWN_GRACE="1")
        with self.fault(self.stack.opencti, kind="status", status=503):
            work = self.stack.enrich(self.new_file())
            wait_until(lambda: "stixCoreObject" in self.stack.opencti.get("/control/state")["requests"], "the connector reads the object")
            self.terminate()
            self.assert_ends(0, within=1 + SOON)
        self.wait_until_back_in_the_queue()
        self.stack.start_connector()
        self.assert_result(self.stack.wait_for_work(work), FOUND_MALICIOUS)

    @unittest.skipIf(SANITIZED, "a sanitizer has to be loaded before any other library")
    @unittest.skipIf("HANGING_DISK_LIBRARY" not in os.environ, "packages and images are tested without the build's libraries")
    def test_a_disk_that_hangs_does_not_keep_it_running(self):
        """Whatever hangs, the process ends ten seconds after the grace period."""
        self.use(new_stack())
        hangs = self.stack.folder / "hangs"
        self.stack.start_connector(CONNECTOR_SHUTDOWN_GRACE="1", KASPERSKY_CACHE_PATH=str(self.stack.folder / "cache.db"),
                                   LD_PRELOAD=os.environ["HANGING_DISK_LIBRARY"], HANGING_DISK_FILE=str(hangs))
        self.wait_for_line("Consuming")
        hangs.touch()
        self.stack.enrich(self.new_file())
        wait_until(lambda: hangs.read_text(), "the disk hangs")
        self.terminate()
        self.assert_ends(1, within=11 + SOON)
        self.assertEqual(self.lines("Did not stop in time")[0]["level"], "ERROR")
        self.wait_until_back_in_the_queue()

    def test_while_the_broker_rejects_the_credentials(self):
        """The publisher and the consumer request new credentials while all parts of the connector are stopped."""
        self.use(new_stack())
        broker = self.stack.broker.about
        for number in range(20):
            self.stack.start_connector(wait=False, MQ_HOST="127.0.0.1", MQ_PORT=str(broker["port"]),
                                       MQ_USE_SSL="false", MQ_PASS="wrong")
            wait_until(lambda: self.lines("Not consuming"), "the broker rejects the connector", timeout=60)
            time.sleep(number * 0.01)
            self.terminate()
            self.assert_ends(0)

    def test_a_second_signal_ends_it_at_once(self):
        self.start()
        self.stack.tip.post("/control/faults", kind="hang", times=1)
        self.stack.enrich(self.new_file())
        wait_until(self.lookups, "the lookup is in progress")
        self.terminate()
        self.wait_for_line("Stopping")
        self.terminate()
        self.assert_ends(-signal.SIGTERM)
        self.wait_until_back_in_the_queue()

    def test_without_a_platform(self):
        self.use(new_stack())
        self.stack.opencti_process.stop()
        self.stack.start_connector(wait=False)
        self.wait_for_line("Cannot register with the platform")
        self.terminate()
        self.assert_ends(0)

    def test_while_a_silent_platform_lets_it_wait(self):
        self.use(new_stack())
        self.stack.opencti.post("/control/faults", kind="hang")
        self.stack.start_connector(wait=False)
        wait_until(lambda: self.stack.opencti.get("/control/state")["requests"], "the connector has sent a request")
        self.terminate()
        self.assert_ends(0)

    def test_when_the_platform_went_away(self):
        self.start()
        port = port_of(self.stack.opencti)
        self.stack.opencti_process.stop()
        self.terminate()
        self.assert_ends(0)
        self.stack.start_opencti("--port", port)


class ShutdownWithoutBroker(SystemTest):
    """These tests start their own broker."""

    def test_when_the_broker_went_away(self):
        self.use(new_stack(broker=None))
        self.stack.start_connector()
        self.wait_for_line("Consuming")
        self.stack.broker.stop()
        self.wait_for_line("Not consuming")
        self.stack.connector.kill(signal.SIGTERM)
        begun = time.monotonic()
        self.assertEqual(self.stack.connector.wait(timeout=30), 0)
        self.assertLess(time.monotonic() - begun, SOON)


if __name__ == "__main__":
    unittest.main()
