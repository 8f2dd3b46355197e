"""All answers to a step of a playbook have the same content, whatever happens to the platform's replies: each answer that arrives makes
the platform run the rest of the playbook, and the platform cannot be asked whether one has arrived."""

import unittest

from support import OBJECTS, FaultProxy, SystemTest, new_stack, wait_until

STEP = "playbookStepExecution"
ERROR_OF_ANOTHER_REQUEST = {"errors": [{"message": "no", "path": ["stixCoreObject"], "extensions": {"code": "FUNCTIONAL_ERROR"},
                                        "name": "FUNCTIONAL_ERROR"}], "data": {"stixCoreObject": None}}
# What the connector receives instead of the platform's reply, after the answer took effect.
LOST_REPLIES = (
    {"kind": "proxy_page", "status": 400}, {"kind": "proxy_page", "status": 413}, {"kind": "status", "status": 504},
    {"kind": "not_json"}, {"kind": "wrong_shape"}, {"kind": "cut"}, {"kind": "reset"}, {"kind": "broken_gzip"},
    {"kind": "unknown_encoding"}, {"kind": "bad_length"}, {"kind": "http09"}, {"kind": "huge", "bytes": 80 << 20},
    {"kind": "wrong_shape", "body": ERROR_OF_ANOTHER_REQUEST},
)


class PlaybookOnce(SystemTest):
    def setUp(self):
        self.use(new_stack())

    def start(self, **settings):
        self.stack.start_connector(KASPERSKY_CACHE_PATH=str(self.stack.folder / "store"), KASPERSKY_CACHE_TTL="red:0", **settings)
        self.wait_for_line("Consuming")

    def ask(self):
        self.file = self.new_file()
        return self.stack.opencti.post("/control/playbook", entity_id=self.file)["execution_id"]

    def fault_step(self, **fault):
        self.stack.opencti.post("/control/faults", operation=STEP, **fault)

    def answers(self, execution):
        return [answer["bundle"] for answer in self.stack.opencti.get("/control/playbook_answers")
                if answer["execution_id"] == execution]

    def wait_until_acknowledged(self):
        wait_until(lambda: any(line.get("attributes", {}).get("outcome") for line in self.log()), "the message is handled")
        self.stack.connector.stop()
        self.assertEqual(self.ready(), 0, "the message is acknowledged")

    def kill_and_start_again(self):
        self.stack.connector.kill()
        self.stack.connector.wait()
        # Kaspersky's answer has changed meanwhile, and the first one is not cached.
        self.stack.tip.post("/control/faults", kind="status", status=404)
        self.start()

    def assert_once_in_content(self, execution, times):
        answers = self.answers(execution)
        self.assertEqual(len(answers), times)
        self.assertEqual(len(answers[0]["objects"]), OBJECTS)
        for answer in answers:
            self.assertEqual(answer, answers[0])

    def test_a_reply_that_cannot_be_read_is_followed_by_the_same_answer(self):
        self.start()
        for fault in LOST_REPLIES:
            with self.subTest(**fault):
                self.fault_step(before=False, times=1, **fault)
                execution = self.ask()
                wait_until(lambda: len(self.answers(execution)) == 2, "the step is answered again")
                self.assert_once_in_content(execution, 2)
        self.stack.connector.stop()
        self.assertEqual(self.ready(), 0)

    def test_only_an_answer_rejected_by_the_platform_is_followed_by_the_original(self):
        self.start()
        self.fault_step(kind="graphql_error", code="VALIDATION_ERROR", message="no", times=1)
        execution = self.ask()
        [answer] = wait_until(lambda: self.answers(execution), "the step is answered")
        self.assertEqual(answer["objects"], [self.object(self.file)])

    def test_a_rejection_after_a_lost_reply_is_not_followed_by_the_original(self):
        self.start()
        self.fault_step(kind="cut", before=False, times=1)
        self.fault_step(kind="graphql_error", code="FUNCTIONAL_ERROR", message="no", times=1)
        execution = self.ask()
        self.wait_for_line("The platform did not accept the repeated answer to the playbook")
        self.wait_until_acknowledged()
        self.assert_once_in_content(execution, 1)

    def test_a_rejection_after_a_kill_is_not_followed_by_the_original(self):
        self.start()
        self.fault_step(kind="hold", times=1)
        execution = self.ask()
        self.wait_until_held(self.stack.opencti)
        self.fault_step(kind="graphql_error", code="FUNCTIONAL_ERROR", message="no", times=1)
        self.kill_and_start_again()
        self.wait_for_line("The platform did not accept the repeated answer to the playbook")
        self.wait_until_acknowledged()
        self.assertLessEqual(len(self.answers(execution)), 1)

    def test_an_answer_waits_until_the_platform_no_longer_fails(self):
        self.start()
        self.fault_step(kind="graphql_error", code="INTERNAL_SERVER_ERROR", message="Connection is closed.", times=3)
        execution = self.ask()
        wait_until(lambda: self.answers(execution), "the step is answered", 60)
        self.wait_until_acknowledged()
        self.assert_once_in_content(execution, 1)

    def test_killed_while_the_reply_is_awaited_the_same_answer_follows(self):
        self.start()
        self.fault_step(kind="hold", times=1)
        execution = self.ask()
        self.wait_until_held(self.stack.opencti)
        self.kill_and_start_again()
        wait_until(lambda: len(self.answers(execution)) == 2, "the step is answered again")
        self.wait_until_acknowledged()
        self.assert_once_in_content(execution, 2)
        self.assertEqual(len(self.lookups()), 1)

    def test_killed_between_reply_and_acknowledgement_no_answer_follows(self):
        proxy = self.enterContext(FaultProxy(self.stack.broker.about["port"]))
        self.start(MQ_HOST="127.0.0.1", MQ_PORT=str(proxy.port))
        self.fault_step(kind="hold", times=1)
        execution = self.ask()
        self.wait_until_held(self.stack.opencti)
        proxy.stall("up")
        self.stack.opencti.post("/control/release")
        wait_until(lambda: any(line.get("attributes", {}).get("outcome") for line in self.log()), "the message is handled")
        self.stack.connector.kill()
        self.stack.connector.wait()
        proxy.cut()
        self.start(MQ_HOST=None, MQ_PORT=None)
        self.wait_for_line("The step was answered before")
        self.stack.connector.stop()
        self.assertEqual(self.ready(), 0, "the message is acknowledged")
        self.assert_once_in_content(execution, 1)


if __name__ == "__main__":
    unittest.main()
