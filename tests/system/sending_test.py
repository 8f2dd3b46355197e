"""The modes in which results are sent to the platform's workers."""

import unittest

from support import AUTHOR, FOUND_MALICIOUS, OBJECTS, SystemTest, new_stack, wait_until


class Sending(SystemTest):
    def enrich_one(self, version=None, **settings):
        """Enriches one file, and checks that the work is complete and the result imported. → the messages that were sent"""
        self.use(new_stack(opencti_options=("--version", version) if version else ()))
        self.stack.start_connector(**settings)
        file = self.new_file()
        work = self.enrich(file)
        self.assert_result(work, FOUND_MALICIOUS)
        self.assert_counts(work, OBJECTS)
        self.assert_enriched_as_malicious(file)
        return self.stack.bundles(work["id"])

    def assert_whole(self, messages):
        [message] = messages
        self.assertTrue(message["envelope"]["no_split"])
        self.assertEqual(len(message["objects"]), OBJECTS)

    def assert_split(self, messages):
        self.assertEqual([[thing["type"] for thing in message["objects"]] for message in messages], [["identity"], ["file"], ["note"]],
                         "dependencies first")
        self.assertEqual([message["envelope"]["no_split"] for message in messages], [False] * OBJECTS)
        self.assertEqual([message["envelope"]["action_sequence"] for message in messages], [1, 2, 3])
        [author] = messages[0]["objects"]
        self.assertEqual(author["id"], AUTHOR)

    def test_whole_where_the_platform_takes_that(self):
        self.assert_whole(self.enrich_one("7.260318"))

    def test_whole_from_the_first_line_of_long_term_support_on(self):
        self.assert_whole(self.enrich_one("7.260309.0-lts.6"))

    def test_one_message_for_each_object_on_older_platforms(self):
        self.assert_split(self.enrich_one("7.260308.0"))

    def test_split_when_set(self):
        self.assert_split(self.enrich_one("7.260318", CONNECTOR_BUNDLE_MODE="split"))

    def test_whole_when_set(self):
        self.assert_whole(self.enrich_one("6.8.10", CONNECTOR_BUNDLE_MODE="whole"))

    def test_without_the_works_id_when_imports_are_not_tracked(self):
        self.use(new_stack())
        self.stack.start_connector(CONNECTOR_TRACK_IMPORTS="false")
        self.stack.opencti.post("/control/worker", paused=True)
        file = self.new_file()
        work = self.enrich(file)
        self.assert_result(work, FOUND_MALICIOUS)
        self.assertEqual((work["status"], work["expected_number"]), ("complete", 1), "the work is complete before the import")
        self.assertEqual(self.platform_requests(), 2, "one request reads the object, one closes the work")
        # The result does not name the work, so closing or deleting the work cannot drop it.
        self.stack.opencti.post(f"/control/works/{work['id']}/delete")
        self.stack.opencti.post("/control/worker", paused=False)
        wait_until(lambda: self.known(file)["score"] == 100, "the file is enriched")
        self.assert_enriched_as_malicious(file)
        self.assertNotIn("work_id", self.stack.bundles()[0]["envelope"])


if __name__ == "__main__":
    unittest.main()
