"""Rights that the connector's user lacks, and results that the platform rejected: the connector names them, and claims nothing untrue."""

import signal
import time
import unittest

from command_runs import run_program
from status_test import Port
from support import (FOUND_MALICIOUS, OBJECTS, OPENCTI_EXTENSION, OPENCTI_TOKEN, TO_ADD_MALICIOUS, SystemTest, free_port, new_stack,
                     wait_until)

ORGANISATION = "identity--5e0b1a0c-0000-4000-8000-000000000001"
USER = "c0000000-0000-4000-8000-000000000001"
STOCK = ("APIACCESS_USETOKEN,KNOWLEDGE_KNUPDATE_KNDELETE,KNOWLEDGE_KNUPDATE_KNBYPASSFIELDS,KNOWLEDGE_KNASKIMPORT,CONNECTORAPI,"
         "KNOWLEDGE_KNUPDATE_KNBYPASSREFERENCE,MODULES_MODMANAGE,SETTINGS_SETLABELS").split(",")
DRAFT_GONE = "The draft was validated or deleted in the meantime. Nothing was sent."


class Base(SystemTest):
    def start(self, *options, capabilities=STOCK, **settings):
        self.use(new_stack(opencti_options=("--capabilities", ",".join(capabilities), *options)))
        self.stack.start_connector(**{"CONNECTOR_LOG_LEVEL": "info", **settings})
        self.wait_for_line("Consuming")

    def shared_file(self):
        return self.new_file(extensions={OPENCTI_EXTENSION: {"extension_type": "property-extension", "granted_refs": [ORGANISATION]}})

    def lacking(self):
        return {line["attributes"]["right"]: line["level"] for line in self.lines("The connector's user lacks a right")}


class Rights(Base):
    def test_a_necessary_right_that_is_missing_is_named_with_the_role_that_has_it(self):
        # The role Connector has this right as a part of the right to delete.
        self.start(capabilities=[right for right in STOCK if right != "KNOWLEDGE_KNUPDATE_KNDELETE"
                                 and not right.startswith("KNOWLEDGE_KNUPDATE_")])
        [line] = wait_until(lambda: [line for line in self.lines("The connector's user lacks a right")
                                     if line["attributes"]["right"] == "KNOWLEDGE_KNUPDATE"], "the right is named")
        self.assertEqual(line["level"], "ERROR")
        self.assertEqual(line["attributes"]["lost"], "every object of a result is rejected")
        self.assertIn("give the user the role Connector", line["attributes"]["advice"])

    def test_a_useful_right_that_is_missing_is_named_and_done_without(self):
        self.start(capabilities=[right for right in STOCK if right != "SETTINGS_SETLABELS"])
        wait_until(lambda: self.lacking() == {"SETTINGS_SETLABELS": "WARNING"}, "the right is named")
        [line] = self.lines("The connector's user lacks a right")
        self.assertIn("omitted without an error", line["attributes"]["lost"])
        self.assertIn("give the user the role Connector", line["attributes"]["advice"])
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)

    def test_sharing_is_named_once_when_something_is_shared(self):
        self.start("--platform-organisation", "Us")
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)
        said = "Results of shared objects are not shared: the connector's user lacks a right"
        self.assertEqual(self.lines(said), [])
        for _ in range(3):
            self.enrich(self.shared_file())
        [line] = self.lines(said)
        self.assertEqual(line["attributes"]["right"], "KNOWLEDGE_KNUPDATE_KNORGARESTRICT")
        self.assertEqual(self.lacking(), {})

    def test_with_the_right_to_share_nothing_is_said(self):
        self.start("--platform-organisation", "Us", capabilities=[*STOCK, "KNOWLEDGE_KNUPDATE_KNORGARESTRICT"])
        self.enrich(self.shared_file())
        self.assertEqual(self.lines("Results of shared objects"), [])

    def test_rights_are_asked_for_once(self):
        self.start()
        for _ in range(3):
            self.enrich(self.new_file())
        asked = [request for request in self.stack.opencti.get("/control/requests") if "me" in request["operations"]]
        self.assertEqual(len(asked), 1)

    def test_with_less_confidence_no_score_is_promised(self):
        self.start("--max-confidence", "50")
        wait_until(lambda: any("me" in request["operations"] for request in self.stack.opencti.get("/control/requests")), "the connector reads its user")
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS + " If OpenCTI has a confidence above 50 for this object, "
                           "it keeps its score, hashes and size.")


class MissingKnowledge(Base):
    def test_a_stop_does_not_wait_for_it(self):
        self.start(capabilities=["APIACCESS_USETOKEN", "CONNECTORAPI", "MODULES"], CONNECTOR_SHUTDOWN_GRACE="300")
        self.stack.enrich(self.new_file())
        [line] = self.wait_for_line("The platform rejects the request, retrying")
        self.assertIn("KNOWLEDGE", line["attributes"]["reason"])
        self.stack.connector.kill(signal.SIGTERM)
        self.assertEqual(self.stack.connector.wait(timeout=60), 0)
        wait_until(lambda: self.ready() == 1, "the message is back in the queue")


class RevokedToken(Base):
    def revoke(self):
        self.stack.opencti.post("/control/users", id=USER, capabilities=[])

    def hold_one(self):
        """The token is revoked while a message is in progress."""
        self.stack.tip.post("/control/faults", kind="hold", times=1)
        self.stack.enrich(self.new_file())
        self.wait_until_held(self.stack.tip)
        self.revoke()
        self.stack.tip.post("/control/release")

    def test_it_is_not_ready_and_the_log_names_the_token(self):
        port = free_port()
        self.start(CONNECTOR_HTTP_PORT=str(port))
        status = Port(port)
        status.wait_until_ready()
        self.hold_one()
        answer, detail = status.wait_for("platform", "down", timeout=20)
        self.assertEqual(answer, 503)
        self.assertIn("OPENCTI_TOKEN", detail)
        ended = run_program("healthcheck", env={"CONNECTOR_HTTP_PORT": str(port)})
        self.assertEqual(ended.returncode, 1)
        self.assertIn("does not accept the token", ended.stdout)
        warned = wait_until(lambda: [line for line in self.log() if line["level"] == "WARNING"], "the log says why")
        self.assertIn("the token is wrong, expired or revoked", warned[0]["attributes"]["reason"])
        self.assertNotIn(OPENCTI_TOKEN, self.stack.connector.output())

    def test_a_stop_does_not_wait_for_it(self):
        self.start(CONNECTOR_SHUTDOWN_GRACE="60")
        self.hold_one()
        wait_until(lambda: any("revoked" in str(line) for line in self.log()), "the log says that the token is revoked")
        begun = time.monotonic()
        self.stack.connector.kill(signal.SIGTERM)
        self.assertEqual(self.stack.connector.wait(timeout=40), 0)
        self.assertLess(time.monotonic() - begun, 15)


class NotTaken(Base):
    def test_a_result_that_the_platform_does_not_import_is_an_error_on_the_work(self):
        self.start()
        file = self.new_file()
        self.stack.opencti.post("/control/worker", paused=True)
        work = self.stack.enrich(file)
        wait_until(lambda: FOUND_MALICIOUS in self.messages(self.stack.work(work)), "the result is sent")
        # The note is marked TLP:AMBER, which this user may no longer use.
        self.stack.opencti.post("/control/users", id=USER, max_markings=["TLP:GREEN"])
        self.stack.opencti.post("/control/worker", paused=False)
        done = self.stack.wait_for_work(work)
        [error] = self.errors(done)
        self.assertIn("MISSING_REFERENCE_ERROR", error)
        self.assertIn("Element(s) not found", error)
        self.assertEqual(self.messages(done), [FOUND_MALICIOUS])
        self.assert_counts(done, OBJECTS)
        self.assert_enriched_as_malicious(file)

    def test_a_draft_that_is_closed_meanwhile_gets_nothing(self):
        self.start()
        draft = self.stack.opencti.post("/control/drafts")["id"]
        file = self.new_file()
        before = self.object(file)
        self.stack.tip.post("/control/faults", kind="hold", times=1)
        work = self.stack.enrich(file, draft_id=draft)
        self.wait_until_held(self.stack.tip)
        self.stack.opencti.post(f"/control/drafts/{draft}/close")
        self.stack.tip.post("/control/release")
        done = self.stack.wait_for_work(work)
        self.assert_result(done, DRAFT_GONE, in_error=True)
        self.assert_nothing_sent(done)
        self.assertEqual(self.object(file), before)

    def test_a_rejected_answer_to_a_playbook_is_not_reported_as_sent(self):
        self.start()
        file = self.new_file()
        self.stack.opencti.post("/control/faults", operation="playbookStepExecution", kind="graphql_error", code="VALIDATION_ERROR",
                                message="This bundle is not for me", times=1)
        answer = self.ask_playbook(entity_id=file, objects=[self.object(file)])
        self.assertEqual(answer["bundle"], answer["previous_bundle"])
        [line] = self.wait_for_line("The platform rejected the result, and the playbook goes on without it: ")
        self.assertIn("This bundle is not for me", line["message"])
        self.assertEqual((line["level"], line["attributes"]["outcome"]), ("ERROR", "not_published"))
        self.assertFalse([line for line in self.log() if "Sent:" in line["message"]])

    def test_the_work_has_the_words_of_the_platform_that_rejected_the_result(self):
        self.start(CONNECTOR_QUEUE_PROTOCOL="api")
        self.stack.opencti.post("/control/faults", operation="stixBundlePush", kind="graphql_error", code="VALIDATION_ERROR",
                                message="A bundle like this is not allowed here")
        work = self.enrich(self.new_file(), timeout=150)
        [error] = self.errors(work)
        self.assertTrue(error.startswith("The result was rejected, and nothing was added: "), error)
        self.assertIn("A bundle like this is not allowed here", error)
        # The message at the beginning of the work.
        self.assertEqual(self.messages(work), [TO_ADD_MALICIOUS])


class ValidationInADraft(Base):
    settings = {"CONNECTOR_VALIDATE_BEFORE_IMPORT": "true", "CONNECTOR_VALIDATION_MODE": "draft"}

    def drafts(self):
        return self.stack.opencti.get("/control/drafts")

    def test_each_result_waits_in_a_draft_of_its_own(self):
        self.start(**self.settings)
        file = self.new_file()
        work = self.enrich(file)
        self.assert_result(work, FOUND_MALICIOUS + " The result waits in a draft for validation.")
        [draft] = self.drafts()
        self.assertEqual((draft["entity_id"], draft["open"]), (file, True))
        self.assertTrue(draft["name"].startswith("Kaspersky Enrichment: "), draft)
        wait_until(lambda: self.known(file, draft["id"])["score"], "the result is in the draft")
        self.assert_enriched_as_malicious(file, draft["id"])
        self.assertIsNone(self.known(file)["score"], "nothing is live")
        bundles = self.stack.opencti.get("/control/bundles")
        self.assertEqual([bundle["draft_id"] for bundle in bundles], [draft["id"]] * OBJECTS)
        self.enrich(self.new_file())
        self.assertEqual(len(self.drafts()), 2)

    def test_a_platform_without_drafts_is_reported_at_the_start(self):
        self.use(new_stack(opencti_options=("--capabilities", ",".join(STOCK))))
        self.stack.opencti.post("/control/faults", operation="__type", kind="wrong_shape",
                                body={"data": {"__type": None}})
        self.stack.start_connector(CONNECTOR_LOG_LEVEL="info", **self.settings)
        [line] = self.wait_for_line("This platform has no drafts: results cannot wait in one")
        self.assertIn("CONNECTOR_VALIDATION_MODE=workbench", line["attributes"]["advice"])


if __name__ == "__main__":
    unittest.main()
