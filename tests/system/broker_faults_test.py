"""A broker that crashes, whose password is changed, or that runs out of disk. The tests start their own broker; see also broker_test.py."""

import tempfile
import unittest

from support import FOUND_MALICIOUS, Broker, SystemTest, new_stack, wait_until

FILES = 20
ALREADY_SENT = "The result was sent before the connector was interrupted."
NEW_PASSWORD = "changed-on-the-broker"


class BrokerFaults(SystemTest):
    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory(prefix="kaspersky-enrichment-broker-"))
        cls.broker = Broker(folder, start=False)
        cls.addClassCleanup(cls.broker.stop)
        cls.broker.start()

    def setUp(self):
        self.use(new_stack(broker=self.broker))
        self.stack.start_connector()
        self.wait_for_line("Consuming")

    def wait_until_back(self, times=1):
        wait_until(lambda: len(self.lines("Consuming")) > times, "the connector consumes again", timeout=60)
        wait_until(lambda: self.stack.opencti.get("/control/state")["broker"]["connected"], "the platform is connected again", timeout=60)

    def assert_all_done(self, files, works):
        for file, work in zip(files, works):
            done = self.stack.wait_for_work(work, timeout=60)
            # If the broker died during the report or the acknowledgement, the message was delivered again, and the second
            # result says so.
            self.assertTrue({FOUND_MALICIOUS, ALREADY_SENT}.intersection(self.messages(done)), self.messages(done))
            self.assertEqual(self.errors(done), [])
            self.assert_enriched_as_malicious(file)

    def test_a_crash_of_the_broker_loses_nothing(self):
        """When the broker is killed, some of twenty messages are done, some are being looked up, and some wait."""
        self.stack.tip.post("/control/faults", kind="latency", ms=100)
        files = [self.new_file() for _ in range(FILES)]
        works = self.stack.opencti.post("/control/enrich", entity_ids=files)["work_ids"]
        wait_until(lambda: self.stack.opencti.get("/control/state")["works"]["complete"] > 0, "the first works are complete")
        self.broker.kill()
        self.wait_for_line("Not consuming")
        self.broker.start()
        self.wait_until_back()
        self.assert_all_done(files, works)
        wait_until(lambda: self.ready() == 0, "no message is left in the queue")

    def test_a_crash_during_a_publish_loses_nothing(self):
        with self.fault(self.stack.opencti, operation="isWorkAlive", kind="hold"):
            files = [self.new_file() for _ in range(3)]
            works = self.stack.opencti.post("/control/enrich", entity_ids=files)["work_ids"]
            wait_until(lambda: len(self.stack.opencti.get("/control/state")["held"]) == len(files), "all messages are about to be published")
            self.broker.kill()
        self.stack.opencti.post("/control/release")
        self.wait_for_line("Not consuming")
        self.broker.start()
        self.wait_until_back()
        self.assert_all_done(files, works)

    def test_credentials_that_were_changed_are_asked_for_again(self):
        """During a lookup, the password on the broker is changed, and the broker closes all connections."""
        with self.fault(self.stack.tip, kind="hold"):
            file = self.new_file()
            work = self.stack.enrich(file)
            self.wait_until_held(self.stack.tip)
            self.change_password(NEW_PASSWORD)
            [line] = self.wait_for_line("Connector registered again", timeout=60)
            self.assertEqual(line["level"], "INFO")
        self.stack.tip.post("/control/release")
        self.wait_until_back()
        self.assert_all_done([file], [work])
        # Both the consumer and the publisher may have been connecting at that moment.
        self.assertLessEqual(self.stack.opencti.get("/control/state")["registrations"], 4)
        self.assertNotIn(NEW_PASSWORD, self.stack.connector.output())

    def change_password(self, password):
        about = self.broker.about
        self.broker.ctl("change_password", about["user"], password)
        self.addCleanup(self.broker.ctl, "change_password", about["user"], about["password"])
        changed = self.broker.url.replace(f":{about['password']}@", f":{password}@")
        self.stack.opencti.post("/control/broker", amqp=changed)
        wait_until(lambda: self.stack.opencti.get("/control/state")["broker"]["connected"], "the platform is connected with the new password")
        self.broker.ctl("close_all_connections", "the password was changed")
        wait_until(lambda: self.stack.opencti.get("/control/state")["broker"]["connected"], "the platform is connected again")

    def test_a_broker_without_disk_is_waited_for(self):
        with self.fault(self.stack.opencti, operation="isWorkAlive", kind="hold"):
            file = self.new_file()
            work = self.stack.enrich(file)
            self.wait_until_held(self.stack.opencti)
            self.broker.ctl("set_disk_free_limit", "1000000GB")
            self.addCleanup(self.broker.ctl, "set_disk_free_limit", "1MB")
        self.stack.opencti.post("/control/release")
        self.wait_for_line("Connected for publishing")
        self.assertEqual(self.stack.bundles(), [])
        self.broker.ctl("set_disk_free_limit", "1MB")
        self.assert_all_done([file], [work])
        self.assertEqual(len(self.stack.bundles(work)), 1)


if __name__ == "__main__":
    unittest.main()
