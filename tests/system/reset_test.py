"""A reset in the user interface empties the queues and the connector's state. The connector still finishes the messages that it has."""

import unittest

from support import FOUND_MALICIOUS, OBJECTS, SystemTest, new_stack, wait_until


class Reset(SystemTest):
    def reset(self):
        return self.stack.opencti.post(f"/control/connectors/{self.stack.connector_id}/reset")["purged"]

    def test_messages_in_progress_are_finished_and_later_ones_are_enriched(self):
        self.use(new_stack())
        connector = self.stack.start_connector(CONNECTOR_WORKERS="1")
        with self.fault(self.stack.tip, kind="hold"):
            files = [self.new_file() for _ in range(6)]
            works = self.stack.opencti.post("/control/enrich", entity_ids=files)["work_ids"]
            self.wait_until_held(self.stack.tip)
            wait_until(lambda: self.ready() == 4, "one message is in progress, and one waits for the worker")
            self.assertEqual(self.reset(), 4)
        self.stack.tip.post("/control/release")
        for work in sorted(works)[:2]:
            done = self.stack.wait_for_work(work)
            self.assert_result(done, FOUND_MALICIOUS)
            self.assert_counts(done, OBJECTS)
        self.assert_result(self.enrich(files[-1]), FOUND_MALICIOUS)
        self.assertTrue(connector.running())
        self.assertEqual([line["message"] for line in self.log() if line["level"] in ("WARNING", "ERROR")], [])

    def test_a_connector_without_state_starts_again(self):
        self.use(new_stack())
        self.stack.start_connector()
        self.reset()
        [state] = [connector["connector_state"] for connector in self.stack.opencti.get("/control/state")["connectors"]]
        self.assertEqual(state, "")
        self.stack.connector.stop()
        self.stack.start_connector()
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)


if __name__ == "__main__":
    unittest.main()
