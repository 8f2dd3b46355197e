"""From a manual or automatic request to the enriched object on the platform."""

import unittest

from support import AUTHOR, FOUND_MALICIOUS, OBJECTS, OBSERVABLE_EXTENSION, OPENCTI_EXTENSION, OneConnectorTest, wait_until

UNKNOWN = "Kaspersky knows nothing about this object. Nothing was changed."
ORGANISATION = "identity--5e0b1a0c-0000-4000-8000-000000000001"


class FullLoop(OneConnectorTest):
    def test_a_malicious_file_gets_score_labels_hashes_size_and_link(self):
        file = self.new_file()
        work = self.enrich(file)
        self.assert_result(work, FOUND_MALICIOUS)
        self.assert_counts(work, OBJECTS)
        self.assert_enriched_as_malicious(file)

    def test_the_connector_is_the_author_of_a_file_without_one(self):
        file = self.new_file()
        self.enrich(file)
        self.assertEqual(self.object(file)["extensions"][OBSERVABLE_EXTENSION]["created_by_ref"], AUTHOR)
        self.assertEqual(self.object(AUTHOR)["name"], "Kaspersky Enrichment")

    def test_a_clean_file_gets_the_score_of_its_zone(self):
        for algorithm in ("MD5", "SHA-1", "SHA-256"):
            with self.subTest(algorithm):
                file = self.new_file("clean", algorithm=algorithm)
                work = self.enrich(file)
                self.assert_result(work, "Kaspersky zone: green. Sent: score 0; label kaspersky:green; 3 hashes; size; "
                                         "link to Kaspersky's page; 1 note.")
                self.assertEqual(self.known(file), {"score": 0, "labels": {"kaspersky:green"}, "size": 73216, "references": 1})

    def test_an_unknown_file_is_not_changed_and_the_work_succeeds(self):
        file = self.unknown_file()
        before = self.object(file)
        work = self.enrich(file)
        self.assert_result(work, UNKNOWN)
        self.assert_nothing_sent(work)
        self.assertEqual(self.object(file), before)

    def test_an_invalid_hash_costs_no_lookup(self):
        asked = len(self.lookups())
        work = self.enrich(self.stack.add_file({"MD5": "nonsense"}))
        self.assertRegex(self.messages(work)[0], "^Not looked up at Kaspersky: ")
        self.assertEqual(self.errors(work), [])
        self.assertEqual(len(self.lookups()), asked)

    def test_automatic_enrichment_does_the_same(self):
        file = self.new_file()
        work = self.enrich(file, mode="auto")
        self.assert_result(work, FOUND_MALICIOUS)
        self.assert_enriched_as_malicious(file)

    def test_a_second_enrichment_changes_nothing(self):
        def without_time(thing):
            thing["extensions"][OPENCTI_EXTENSION].pop("updated_at")
            return thing
        file = self.new_file()
        self.enrich(file)
        first, entities = without_time(self.object(file)), self.stack.opencti.get("/control/state")["entities"]
        second_work = self.enrich(file)
        self.assertEqual(self.errors(second_work), [])
        self.assertEqual(without_time(self.object(file)), first)
        self.assertEqual(self.stack.opencti.get("/control/state")["entities"], entities)

    def test_the_text_of_an_analyst_stays(self):
        file = self.new_file(extensions={OBSERVABLE_EXTENSION: {
            "extension_type": "property-extension", "description": "seen on a server", "labels": ["mine"]}})
        self.enrich(file)
        said = self.object(file)["extensions"][OBSERVABLE_EXTENSION]
        self.assertEqual(said["description"], "seen on a server")
        self.assertIn("mine", said["labels"])

    def test_the_bundle_is_sent_whole_with_new_values_only(self):
        file = self.new_file()
        work = self.enrich(file)
        [bundle] = self.stack.bundles(work["id"])
        self.assertTrue(bundle["envelope"]["no_split"])
        self.assertEqual([thing["type"] for thing in bundle["objects"]], ["identity", "note", "file"])
        self.assertNotIn("extensions", bundle["objects"][2])
        self.assertEqual(bundle["outcome"], "imported")

    def test_an_enrichment_takes_at_most_four_requests_to_the_platform(self):
        before = self.platform_requests()
        self.enrich(self.new_file())
        self.assertLessEqual(self.platform_requests() - before, 4)

    def test_kaspersky_gets_one_request_with_the_token_and_the_settings(self):
        file = self.new_file()
        asked = len(self.lookups())
        self.enrich(file)
        [request] = self.stack.tip.get("/control/requests")[asked:]
        self.assertEqual((request["path"], request["query"], request["status"]), (
            "/api/hash/" + self.object(file)["hashes"]["SHA-256"],
            "sections=LicenseInfo,Zone,FileGeneralInfo&count=10&format=json", 200))
        self.assertRegex(request["user_agent"], "^kaspersky-enrichment/")

    def test_works_are_acknowledged(self):
        self.enrich(self.new_file())
        self.assertEqual(self.ready(), 0)
        self.stack.connector.stop()
        self.assertEqual(self.ready(), 0)
        self.stack.start_connector()

    def test_in_a_draft_it_reads_and_writes_there(self):
        draft = self.stack.opencti.post("/control/drafts")["id"]
        file = self.stack.opencti.post("/control/entities", draft_id=draft, object={
            "type": "file", "id": "file--d4af7000-0000-4000-8000-000000000000",
            "hashes": {"MD5": self.new_hashes()["MD5"]}})["id"]
        work = self.enrich(file, draft_id=draft)
        self.assert_result(work, FOUND_MALICIOUS)
        reads = [request for request in self.stack.opencti.get("/control/requests")
                 if "stixCoreObject" in request["operations"]]
        self.assertEqual(reads[-1]["draft_id"], draft)
        bundles = self.stack.bundles(work["id"])
        self.assertEqual([bundle["draft_id"] for bundle in bundles], [draft] * OBJECTS)
        self.assert_counts(work, OBJECTS)
        self.assert_enriched_as_malicious(file, draft)

    def test_nothing_for_a_draft_goes_live_when_it_is_closed_before_the_import(self):
        """After the first rejected object, the platform's worker sends the rest of that message without the draft."""
        draft = self.stack.opencti.post("/control/drafts")["id"]
        file = self.new_file()
        before = self.object(file)
        self.stack.opencti.post("/control/worker", paused=True)
        work = self.stack.enrich(file, draft_id=draft)
        wait_until(lambda: FOUND_MALICIOUS in self.messages(self.stack.work(work)), "the result is sent", 20)
        self.stack.opencti.post(f"/control/drafts/{draft}/close")
        self.stack.opencti.post("/control/worker", paused=False)
        done = self.stack.wait_for_work(work)
        self.assertEqual(len(done["errors"]), OBJECTS)
        self.assertEqual(self.object(file), before)

    def test_outside_drafts_the_requests_say_so(self):
        self.enrich(self.new_file())
        reads = [request for request in self.stack.opencti.get("/control/requests")
                 if "stixCoreObject" in request["operations"]]
        self.assertEqual(reads[-1]["draft_id"], "")

    def test_results_for_a_shared_file_are_shared_with_the_same_organisations(self):
        file = self.new_file(extensions={OPENCTI_EXTENSION: {
            "extension_type": "property-extension", "granted_refs": [ORGANISATION]}})
        work = self.enrich(file)
        [bundle] = self.stack.bundles(work["id"])
        self.assertEqual([thing.get("x_opencti_granted_refs") for thing in bundle["objects"]], [[ORGANISATION]] * OBJECTS)
        self.assert_enriched_as_malicious(file)


if __name__ == "__main__":
    unittest.main()
