"""Something in between that lets everything pass but one message costs a worker a minute or two, and no message."""

import unittest

from support import FOUND_MALICIOUS, SystemTest, new_stack, wait_until

# Looked at after each attempt; between these it waits longer and longer.
STUCK_AFTER = 60


class Stuck(SystemTest):
    def test_a_message_that_something_in_between_does_not_let_pass_is_in_nobodys_way(self):
        self.use(new_stack())
        self.stack.start_connector(CONNECTOR_WORKERS="1")
        self.wait_for_line("Consuming")
        self.stack.opencti.post("/control/faults", operation="playbookStepExecution", kind="proxy_page", status=403)
        step = self.stack.opencti.post("/control/playbook", entity_id=self.new_file())["execution_id"]
        wait_until(lambda: "playbookStepExecution" in self.stack.opencti.get("/control/state")["requests"], "it is answered")
        work = self.stack.enrich(self.new_file())
        self.assert_result(self.stack.wait_for_work(work, 3 * STUCK_AFTER), FOUND_MALICIOUS)
        self.assertTrue(self.lines("The platform answers no request about this message"))
        self.stack.connector.stop()
        self.assertEqual(self.ready(), 1, "the step stays in the queue")
        # What stood in between is gone.
        self.stack.opencti.delete("/control/faults")
        self.stack.start_connector()
        self.answer_to(step)


if __name__ == "__main__":
    unittest.main()
