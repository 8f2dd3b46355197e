"""If the platform is unreachable, busy or answers oddly, enrichments take longer, but none is lost."""

import unittest

from support import FOUND_MALICIOUS, OBJECTS, OneConnectorTest, SystemTest, new_stack, port_of, wait_until

PING_INTERVAL = 40
# The four requests of an enrichment, in their order.
CALLS = ("stixCoreObject", "isWorkAlive", "addExpectations", "toProcessed")


class PlatformAtStart(SystemTest):
    def test_a_platform_that_is_not_up_yet_is_waited_for(self):
        self.use(new_stack())
        port = port_of(self.stack.opencti)
        self.stack.opencti_process.stop()
        connector = self.stack.start_connector(wait=False)
        tries = "Cannot register with the platform, retrying"
        wait_until(lambda: len(self.lines(tries)) >= 2, "the connector tries twice")
        self.stack.start_opencti("--port", port)
        self.wait_for_line("Connector registered")
        told = [line for line in self.lines(tries) if line["level"] != "DEBUG"]
        self.assertEqual([line["level"] for line in told], ["ERROR"], "told once")
        self.assertIn("127.0.0.1", told[0]["attributes"]["reason"])
        self.assertEqual(told[0]["attributes"]["advice"], "check OPENCTI_URL and the proxy (HTTPS_PROXY, HTTP_PROXY, NO_PROXY); "
                                                          "the platform may still be starting")
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)
        self.assertTrue(connector.running())

    def test_a_wrong_token_is_reported_with_advice(self):
        self.use(new_stack())
        self.stack.start_connector(wait=False, OPENCTI_TOKEN="not-the-token")
        [line] = self.wait_for_line("Cannot register with the platform")
        self.assertEqual(line["attributes"]["reason"],
                         "the platform answered AUTH_REQUIRED: You must be logged in to do this. (the token is wrong, expired or revoked)")
        self.assertIn("check OPENCTI_TOKEN", line["attributes"]["advice"])

    def test_a_registration_that_is_rejected_for_a_while_is_retried(self):
        self.use(new_stack())
        self.stack.opencti.post("/control/faults", operation="registerConnector", kind="graphql_error",
                                message="Execution timeout, too many concurrent call on the same entities (LOCK_ERROR)", times=2)
        self.stack.start_connector()
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)


class DeletedConnector(SystemTest):
    def test_a_connector_that_was_deleted_in_the_user_interface_registers_again_before_its_next_ping(self):
        self.use(new_stack())
        self.stack.start_connector()
        self.wait_for_line("Consuming")
        self.stack.opencti.post(f"/control/connectors/{self.stack.connector_id}/delete")
        wait_until(lambda: self.stack.opencti.get("/control/state")["registrations"] == 2, "the connector registers again", PING_INTERVAL / 2)
        wait_until(lambda: len(self.lines("Consuming")) == 2, "the connector consumes again")
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)


class PlatformTrouble(OneConnectorTest):
    def assert_recovers(self, calls=CALLS, **fault):
        """Each of the requests fails once; nothing is lost, and nothing is counted twice."""
        for operation in calls:
            self.stack.opencti.post("/control/faults", operation=operation, times=1, **fault)
        file = self.new_file()
        work = self.enrich(file)
        self.assertEqual(self.stack.opencti.get("/control/faults"), [], "each fault happened")
        self.assertEqual((set(self.messages(work)), self.errors(work)), ({FOUND_MALICIOUS}, []))
        self.assert_counts(work, OBJECTS)
        self.assertEqual(len(self.stack.bundles(work["id"])), 1)
        self.assert_enriched_as_malicious(file)

    def test_gateway_errors(self):
        self.assert_recovers(kind="status", status=502)

    def test_server_errors(self):
        self.assert_recovers(kind="status", status=500)

    def test_locks(self):
        self.assert_recovers(kind="graphql_error", message="Execution timeout (LOCK_ERROR)")

    def test_database_errors(self):
        self.assert_recovers(kind="graphql_error", code="DATABASE_ERROR", status=500)

    def test_resets_before_anything_is_answered(self):
        # libcurl repeats a request itself if a reused connection is reset, so the connector sees only the second reset.
        for _ in range(2):
            for operation in CALLS:
                self.stack.opencti.post("/control/faults", operation=operation, times=1, kind="reset")
        self.assert_recovers(calls=())

    def test_answers_that_are_lost_after_their_effect(self):
        self.assert_recovers(kind="reset", when="headers", before=False)

    def test_answers_that_are_cut(self):
        self.assert_recovers(kind="cut", length="long")

    def test_a_token_that_is_rejected_for_a_while(self):
        file = self.new_file()
        with self.fault(self.stack.opencti, kind="graphql_error", code="AUTH_REQUIRED"):
            work = self.stack.enrich(file)
            self.wait_for_line("The platform rejects the request, retrying")
        self.assert_result(self.stack.wait_for_work(work), FOUND_MALICIOUS)

    def assert_waited_for(self, **fault):
        """While the fault lasts, no message is settled: neither a new one, nor one that was begun before, nor a playbook's."""
        with self.fault(self.stack.tip, kind="hold"):
            begun = self.stack.enrich(self.new_file())
            self.wait_until_held(self.stack.tip)
        with self.fault(self.stack.opencti, **fault):
            self.stack.tip.post("/control/release")
            asked = self.stack.enrich(self.new_file())
            execution = self.stack.opencti.post("/control/playbook", entity_id=self.new_file())["execution_id"]
            seen = self.stack.opencti.get("/control/state")["requests"]
            more = lambda name: self.stack.opencti.get("/control/state")["requests"][name] > seen.get(name, 0) + 1  # noqa: E731
            wait_until(lambda: more("stixCoreObject") and more("isWorkAlive"), "the connector retries")
        for work in (begun, asked):
            done = self.stack.wait_for_work(work)
            self.assert_result(done, FOUND_MALICIOUS)
            self.assert_counts(done, OBJECTS)
        self.assertEqual(len(self.answer_to(execution)["bundle"]["objects"]), OBJECTS)

    def test_a_gateway_that_does_not_find_the_platform(self):
        self.assert_waited_for(kind="status", status=404)

    def test_a_gateway_that_sends_elsewhere(self):
        self.assert_waited_for(kind="status", status=302)

    def test_a_login_page_in_place_of_the_platform(self):
        self.assert_waited_for(kind="not_json")

    def test_a_right_that_is_missing_for_a_while(self):
        for operation in ("addExpectations", "toProcessed"):
            self.stack.opencti.post("/control/faults", operation=operation, kind="graphql_error", code="FORBIDDEN_ACCESS", times=3)
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)

    def test_an_object_that_is_gone_fails_its_work_alone(self):
        with self.fault(self.stack.opencti, operation="stixCoreObject", kind="wrong_shape",
                        body={"data": {"stixCoreObject": None}}):
            work = self.enrich(self.new_file())
        self.assert_result(work, "The object could not be read from the platform: the object no longer exists, or the "
                                 "connector's user may not see it.", in_error=True)
        self.assert_nothing_sent(work)
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)

    def test_a_locked_draft_fails_its_work_alone(self):
        with self.fault(self.stack.opencti, operation="stixCoreObject", kind="graphql_error", code="DRAFT_LOCKED", status=500,
                        message="Could not find draft workspace"):
            work = self.enrich(self.new_file())
        self.assert_result(work, "The draft was validated or deleted in the meantime. Nothing was sent.", in_error=True)
        self.assert_nothing_sent(work)
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)

    def test_a_work_that_was_closed_meanwhile_loses_nothing(self):
        with self.fault(self.stack.tip, kind="hold"):
            file = self.new_file()
            work = self.stack.enrich(file)
            self.wait_until_held(self.stack.tip)
            self.stack.opencti.post(f"/control/works/{work}/close")
        self.stack.tip.post("/control/release")
        wait_until(lambda: self.known(file)["score"] == 100, "the file is enriched")
        self.assertEqual(self.stack.bundles(work), [], "sent without the work's id")
        self.assert_enriched_as_malicious(file)

    def test_a_work_that_was_deleted_meanwhile_loses_nothing(self):
        with self.fault(self.stack.tip, kind="hold"):
            file = self.new_file()
            work = self.stack.enrich(file)
            self.wait_until_held(self.stack.tip)
            self.stack.opencti.post(f"/control/works/{work}/delete")
        self.stack.tip.post("/control/release")
        wait_until(lambda: self.known(file)["score"] == 100, "the file is enriched")
        self.assert_enriched_as_malicious(file)


if __name__ == "__main__":
    unittest.main()
