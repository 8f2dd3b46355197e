"""An intermediary blocks the requests about one message, and no others: this costs one worker a minute or two, but no message."""

import unittest

from support import FOUND_MALICIOUS, SystemTest, new_stack, wait_until

# Checked after each attempt; the pauses between attempts become longer and longer.
STUCK_AFTER = 60


class Stuck(SystemTest):
    def test_a_blocked_message_delays_no_other(self):
        self.use(new_stack())
        self.stack.start_connector(CONNECTOR_WORKERS="1")
        self.wait_for_line("Consuming")
        self.stack.opencti.post("/control/faults", operation="playbookStepExecution", kind="proxy_page", status=403)
        step = self.stack.opencti.post("/control/playbook", entity_id=self.new_file())["execution_id"]
        wait_until(lambda: "playbookStepExecution" in self.stack.opencti.get("/control/state")["requests"], "the step is answered")
        work = self.stack.enrich(self.new_file())
        self.assert_result(self.stack.wait_for_work(work, 3 * STUCK_AFTER), FOUND_MALICIOUS)
        self.assertTrue(self.lines("The platform answers no request about this message"))
        self.stack.connector.stop()
        self.assertEqual(self.ready(), 1, "the step stays in the queue")
        # The intermediary is gone.
        self.stack.opencti.delete("/control/faults")
        self.stack.start_connector()
        self.answer_to(step)


if __name__ == "__main__":
    unittest.main()
