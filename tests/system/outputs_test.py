"""Other outputs than the queue: the platform's API, and a workbench in which an analyst decides; and what works say before the import."""

import os
import pathlib
import unittest

from support import FOUND_MALICIOUS, MALICIOUS, OBJECTS, TO_ADD_MALICIOUS, SystemTest, new_stack, wait_until

IN_DRAFT = "Not enriched: CONNECTOR_QUEUE_PROTOCOL=api cannot write to a draft."
WAITS = FOUND_MALICIOUS + " The result waits in a workbench for validation."


class Outputs(SystemTest):
    def start(self, *options, **settings):
        self.use(new_stack(opencti_options=options))
        self.stack.start_connector(**settings)

    def file_in_draft(self):
        draft = self.stack.opencti.post("/control/drafts")["id"]
        file = self.stack.opencti.post("/control/entities", draft_id=draft, object={
            "type": "file", "id": "file--d0000000-0000-4000-8000-000000000000", "hashes": self.new_hashes()})["id"]
        return draft, file

    def workbenches(self):
        return self.stack.opencti.get("/control/workbenches")


class Api(Outputs):
    settings = {"CONNECTOR_QUEUE_PROTOCOL": "api"}

    def wait_for_import(self, work_id, number):
        return wait_until(lambda: (bundles := self.stack.bundles(work_id)) and sum(one["imported"] for one in bundles) == number
                          and bundles, "all objects are imported")

    def connections_to_the_broker(self):
        """The number of connections from the connector to the broker."""
        pid = self.stack.connector.pid
        files = pathlib.Path(f"/proc/{pid}/fd")
        sockets = {os.readlink(file)[len("socket:["):-1] for file in files.iterdir() if os.readlink(file).startswith("socket:[")}
        lines = [line.split() for line in pathlib.Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
        port = f"{self.stack.broker.about['port']:04X}"
        return sum(1 for line in lines if line[9] in sockets and line[2].endswith(":" + port))

    def test_the_whole_bundle_in_one_request_and_nothing_published(self):
        self.start(**self.settings)
        file = self.new_file()
        work = self.enrich(file)
        self.assert_result(work, TO_ADD_MALICIOUS)
        [bundle] = self.wait_for_import(work["id"], OBJECTS)
        self.assertTrue(bundle["envelope"]["update"])
        self.assert_enriched_as_malicious(file)
        self.assertEqual(self.connections_to_the_broker(), 1, "the consumer's")

    def assert_right_figures(self, *options, **settings):
        """Checks that the work is never complete too early, and that in the end it counts the imported objects."""
        self.start(*options, **self.settings, **settings)
        self.stack.opencti.post("/control/worker", object_ms=50)
        file = self.new_file()
        work = self.stack.enrich(file)
        text = FOUND_MALICIOUS if settings.get("CONNECTOR_BUNDLE_MODE") == "split" else TO_ADD_MALICIOUS
        wait_until(lambda: text in self.messages(self.stack.work(work)), "the work has the result's text")
        wait_until(lambda: self.stack.work(work)["status"] == "complete" and self.known(file) == MALICIOUS, "all objects are imported")
        self.stack.opencti.post("/control/tick")
        self.assert_counts(self.stack.work(work), OBJECTS)
        self.assert_result(self.stack.work(work), text)

    def test_whole_bundles_are_counted_right(self):
        self.assert_right_figures()

    def test_whole_bundles_are_counted_right_where_the_platform_announces_them_itself(self):
        self.assert_right_figures("--like", "autumn-2026")

    def test_single_objects_are_counted_right(self):
        self.assert_right_figures(CONNECTOR_BUNDLE_MODE="split")

    def test_single_objects_are_counted_right_where_the_platform_announces_them_itself(self):
        self.assert_right_figures("--like", "autumn-2026", CONNECTOR_BUNDLE_MODE="split")

    def test_published_results_have_a_connection_of_their_own(self):
        self.start()
        self.enrich(self.new_file())
        self.assertEqual(self.connections_to_the_broker(), 2)

    def test_split_the_work_counts_exactly(self):
        self.start(CONNECTOR_BUNDLE_MODE="split", **self.settings)
        work = self.enrich(self.new_file())
        self.assert_counts(work, OBJECTS)
        self.assertEqual([len(bundle["objects"]) for bundle in self.stack.bundles(work["id"])], [1] * OBJECTS)

    def test_the_former_name_of_the_setting_is_known(self):
        self.start(QUEUE_PROTOCOL="api")
        work = self.enrich(self.new_file())
        self.wait_for_import(work["id"], OBJECTS)
        self.assertEqual(len(self.lines("QUEUE_PROTOCOL is called CONNECTOR_QUEUE_PROTOCOL now")), 1)

    def test_nothing_is_asked_for_a_draft(self):
        self.start(**self.settings)
        draft, file = self.file_in_draft()
        self.assert_result(self.enrich(file, draft_id=draft), IN_DRAFT, in_error=True)
        self.assertEqual(self.lookups(), [])

    def test_a_platform_that_fails_is_waited_for(self):
        self.start(**self.settings)
        self.stack.opencti.post("/control/faults", operation="stixBundlePush", kind="status", status=502, times=2)
        file = self.new_file()
        work = self.enrich(file)
        self.wait_for_import(work["id"], OBJECTS)
        self.assertEqual(len(self.lines("Cannot publish the result")), 2)


class ForcedValidation(Outputs):
    def test_a_message_that_asks_for_validation_gets_it(self):
        self.start()
        file = self.new_file()
        work = self.enrich(file, event={"force_validation": True})
        self.assert_result(work, WAITS)
        self.assert_nothing_sent(work)
        self.assertEqual([workbench["entity_id"] for workbench in self.workbenches()], [file])
        self.assertIsNone(self.known(file)["score"])
        self.assertEqual(self.errors(self.enrich(file)), [])
        self.assert_enriched_as_malicious(file)


class Workbench(Outputs):
    settings = {"CONNECTOR_VALIDATE_BEFORE_IMPORT": "true"}

    def test_nothing_is_imported_before_a_person_says_so(self):
        self.start(**self.settings)
        file = self.new_file(tlp="TLP:GREEN")
        work = self.enrich(file)
        self.assert_result(work, WAITS)
        self.assert_nothing_sent(work)
        [workbench] = self.workbenches()
        self.assertEqual((workbench["name"], workbench["entity_id"]), (work["id"] + ".json", file))
        self.assertIn("marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", workbench["file_markings"],
                      "the workbench has the strictest marking of its content")
        self.assertIsNone(self.known(file)["score"])
        self.assertEqual(self.stack.opencti.post(f"/control/workbenches/{workbench['name']}/validate"), {"refused": []})
        self.assert_enriched_as_malicious(file)

    def test_a_lost_answer_does_not_make_a_second_workbench(self):
        self.start(**self.settings)
        self.stack.opencti.post("/control/faults", operation="uploadPending", kind="reset", before=False, times=1)
        self.assert_result(self.enrich(self.new_file()), WAITS)
        [workbench] = self.workbenches()
        self.assertEqual(workbench["uploads"], 2)

    def test_a_result_for_a_draft_goes_into_the_draft(self):
        self.start(**self.settings)
        draft, file = self.file_in_draft()
        work = self.enrich(file, draft_id=draft)
        self.assertEqual(self.errors(work), [])
        self.assert_enriched_as_malicious(file, draft)
        self.assertEqual(self.workbenches(), [])


class Registration(Outputs):
    def connector(self):
        [connector] = self.stack.opencti.get("/control/state")["connectors"]
        return connector

    def test_it_has_the_values_of_the_settings(self):
        self.start(CONNECTOR_AUTO_UPDATE="true", CONNECTOR_ENRICHMENT_RESOLUTION="stix_bundle", CONNECTOR_ONLY_CONTEXTUAL="true")
        told = self.connector()
        self.assertEqual((told["auto_update"], told["enrichment_resolution"], told["only_contextual"]), (True, "stix_bundle", True))

    def test_it_has_the_version_if_the_platform_has_the_field(self):
        self.start("--new-fields")
        told = self.connector()
        self.assertRegex(told["version"], r"^\d+\.\d+\.\d+$")
        self.assertEqual(told["slug"], "kaspersky-enrichment")

    def test_it_has_no_version_if_the_schema_is_hidden(self):
        self.start("--no-introspection")
        self.assertNotIn("version", self.connector())
        self.assert_counts(self.enrich(self.new_file()), OBJECTS)


if __name__ == "__main__":
    unittest.main()
