"""Only an answer of the platform itself settles a message. The connector retries if an answer comes from an intermediary, or is not
complete."""

import unittest

from support import FOUND_MALICIOUS, OBJECTS, OneConnectorTest, SystemTest, new_stack, wait_until

WORKS = 6
# The platform's error to a request for another field, whose name this request's field begins with.
ERROR_ABOUT_WORK = {"errors": [{"message": "no", "path": ["work"], "name": "FUNCTIONAL_ERROR", "extensions": {"code": "FUNCTIONAL_ERROR"}}],
                    "data": {"work": None}}
NOT_ITSELF = "Something else answers in the platform's place"


class Intermediary(OneConnectorTest):
    def assert_waited_for(self, **fault):
        """Every call fails for a while: for works and steps that are requested meanwhile, and for a work that was begun before."""
        with self.fault(self.stack.tip, kind="hold"):
            works = [self.stack.enrich(self.new_file())]
            self.wait_until_held(self.stack.tip)
        seen = self.stack.opencti.get("/control/state")["requests"]
        with self.fault(self.stack.opencti, **fault):
            self.stack.tip.post("/control/release")
            works += [self.stack.enrich(self.new_file()) for _ in range(WORKS)]
            steps = [self.stack.opencti.post("/control/playbook", entity_id=self.new_file())["execution_id"] for _ in range(2)]
            more = lambda name: self.stack.opencti.get("/control/state")["requests"].get(name, 0) > seen.get(name, 0) + 1  # noqa: E731
            wait_until(lambda: more("stixCoreObject") and more("isWorkAlive"), "the connector retries")
        for work in works:
            done = self.stack.wait_for_work(work, 60)
            self.assert_result(done, FOUND_MALICIOUS)
            self.assert_counts(done, OBJECTS)
        for step in steps:
            self.assertEqual(len(self.answer_to(step, 60)["bundle"]["objects"]), OBJECTS)

    def test_a_proxys_page_for_every_call(self):
        for status in (400, 401, 403, 413, 414):
            with self.subTest(status=status):
                self.assert_waited_for(kind="proxy_page", status=status)

    def test_answers_that_are_not_whole_or_not_http(self):
        for kind in ("broken_gzip", "unknown_encoding", "bad_length", "http09"):
            with self.subTest(kind=kind):
                self.assert_waited_for(kind=kind)

    def test_json_of_another_service(self):
        for body in ({"message": "no"}, {"errors": ["blocked"]}, {"data": {}}, {"data": {"isItYou": True}},
                     {"errors": [{"message": "no", "path": ["anotherRequest"], "extensions": {"code": "FUNCTIONAL_ERROR"},
                                  "name": "FUNCTIONAL_ERROR"}], "data": {"anotherRequest": None}}):
            with self.subTest(body=body):
                self.assert_waited_for(kind="wrong_shape", body=body)

    def test_a_report_without_an_answer_of_the_platform_is_retried(self):
        for fault in ({"kind": "proxy_page"}, {"kind": "proxy_page", "status": 413}, {"kind": "broken_gzip"},
                      {"kind": "bad_length"}, {"kind": "http09"}, {"kind": "huge", "bytes": 80 << 20},
                      {"kind": "wrong_shape", "body": ERROR_ABOUT_WORK},
                      {"kind": "wrong_shape", "body": {"data": {"workEdit": {"toProcessed": "work_of_another"}}}}):
            with self.subTest(**fault):
                self.stack.opencti.post("/control/faults", operation="toProcessed", before=True, times=2, **fault)
                self.assert_result(self.enrich(self.new_file(), 60), FOUND_MALICIOUS)
                self.assertEqual(self.stack.opencti.get("/control/faults"), [])


class IntermediaryInPlaceOfThePlatform(SystemTest):
    def test_an_intermediary_that_answers_in_its_place_is_reported_once(self):
        self.use(new_stack())
        self.stack.start_connector()
        self.wait_for_line("Consuming")
        with self.fault(self.stack.opencti, kind="proxy_page", status=403, body="<html><h1>Blocked</h1> by \u202epolicy</html>"):
            works = [self.stack.enrich(self.new_file()) for _ in range(WORKS)]
            self.wait_for_line(NOT_ITSELF)
            seen = self.stack.opencti.get("/control/state")["requests"]
            wait_until(lambda: self.stack.opencti.get("/control/state")["requests"].get("stixCoreObject", 0)
                       > seen.get("stixCoreObject", 0) + WORKS, "it asks again")
        for work in works:
            self.assert_result(self.stack.wait_for_work(work, 60), FOUND_MALICIOUS)
        [line] = self.lines(NOT_ITSELF)
        self.assertEqual(line["level"], "ERROR")
        self.assertIn('HTTP status 403, Server squid/5.7, Via 1.1 gateway.example (squid/5.7), "Blocked by policy"',
                      line["attributes"]["reason"])
        # Up to a minute after the last such answer, at the next ping.
        self.assertEqual(len(self.wait_for_line("The platform itself answers again", timeout=150)), 1)


if __name__ == "__main__":
    unittest.main()
