"""Registration, works, bundles, playbooks and validation on each version of the platform in simulators/opencti/platforms.mjs."""

import json
import unittest

from command_runs import run_program
from support import FOUND_MALICIOUS, OBJECTS, SystemTest, new_stack, wait_until

TAKES_VERSION = {"7.260309-lts": False, "7.260318": False, "autumn-2026": True}
# What the platform does with the rest of a work that is closed before its import.
DROPS = "so the connector publishes results in order"
DROPS_NOTHING = "this platform drops no results of closed works"
CLOSED_WORKS = {"7.260309-lts": DROPS, "7.260318": DROPS, "autumn-2026": DROPS_NOTHING}


class OnEachPlatform:
    """The tests. Each class below runs them on one version of the platform, with one connector unless a test needs other settings."""

    platform = None

    @classmethod
    def setUpClass(cls):
        cls.stack = cls.enterClassContext(new_stack(opencti_options=("--like", cls.platform)))
        cls.stack.start_connector()

    def setUp(self):
        self.addCleanup(self.show_log_of_failure)

    def restart(self, **settings):
        self.stack.connector.stop()
        self.stack.start_connector(**settings)

    def with_settings(self, **settings):
        self.addCleanup(self.restart)
        self.restart(**settings)

    def wait_for_import(self, work_id):
        wait_until(lambda: sum(bundle["imported"] for bundle in self.stack.bundles(work_id)) == OBJECTS, "all objects are imported")

    def figures(self, work_id):
        work = self.stack.work(work_id)
        return work["status"], work["expected_number"], work["completed_number"]

    def test_registration_has_the_fields_of_the_platform(self):
        [connector] = self.stack.opencti.get("/control/state")["connectors"]
        self.assertEqual(connector["id"], self.stack.connector_id)
        self.assertEqual("version" in connector and "slug" in connector, TAKES_VERSION[self.platform])

    def test_works_are_complete_with_right_figures(self):
        files = [self.new_file() for _ in range(5)]
        works = [self.stack.wait_for_work(work) for work in [self.stack.enrich(file) for file in files]]
        for file, work in zip(files, works):
            self.assert_counts(work, OBJECTS)
            self.assert_result(work, FOUND_MALICIOUS)
            self.assert_enriched_as_malicious(file)

    def test_a_result_is_one_whole_bundle(self):
        work = self.enrich(self.new_file())
        [bundle] = self.stack.bundles(work["id"])
        self.assertEqual((bundle["envelope"]["no_split"], len(bundle["objects"]), bundle["errors"]), (True, OBJECTS, []))
        self.assertEqual(bundle["envelope"]["declared_expectations"], OBJECTS)

    def test_a_result_for_a_draft_stays_in_it(self):
        draft = self.stack.opencti.post("/control/drafts")["id"]
        file = self.new_file()
        self.assert_counts(self.enrich(file, draft_id=draft), OBJECTS)
        self.assert_enriched_as_malicious(file, draft)
        self.assertIsNone(self.known(file)["score"])

    def test_a_bundle_over_the_api_is_imported_and_its_figures_are_right_in_the_end(self):
        self.with_settings(CONNECTOR_QUEUE_PROTOCOL="api")
        file = self.new_file()
        work = self.enrich(file)
        self.wait_for_import(work["id"])
        self.assert_enriched_as_malicious(file)
        wait_until(lambda: self.figures(work["id"]) == ("complete", OBJECTS, OBJECTS), "the work's numbers are right")

    def test_a_step_of_a_playbook_is_answered(self):
        answer = self.ask_playbook(entity_id=self.new_file())
        self.assertTrue(answer["expected"] and answer["same_ids"] and answer["has_base"])
        self.assertEqual([thing["type"] for thing in answer["bundle"]["objects"]], ["file", "identity", "note"])

    def test_check_says_how_the_platform_treats_closed_works(self):
        ended = run_program("check", "--register", "--no-request", env=self.stack.environment(CONNECTOR_LOG_LEVEL=None))
        self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)
        [line] = [line for line in ended.stdout.splitlines() if line.split()[1] == "works"]
        self.assertTrue(line.endswith(CLOSED_WORKS[self.platform]), line)

    def test_a_result_waits_for_validation(self):
        self.with_settings(CONNECTOR_VALIDATE_BEFORE_IMPORT="true")
        file = self.new_file()
        self.enrich(file)
        [workbench] = self.stack.opencti.get("/control/workbenches")
        self.assertEqual(self.stack.opencti.post(f"/control/workbenches/{workbench['name']}/validate"), {"refused": []})
        self.assert_enriched_as_malicious(file)

    def test_a_result_waits_for_validation_in_a_draft(self):
        self.with_settings(CONNECTOR_VALIDATE_BEFORE_IMPORT="true", CONNECTOR_VALIDATION_MODE="draft")
        file = self.new_file()
        self.enrich(file)
        [draft] = [each["id"] for each in self.stack.opencti.get("/control/drafts") if each.get("entity_id") == file]
        wait_until(lambda: self.known(file, draft)["score"], "the result is in the draft")
        self.assert_enriched_as_malicious(file, draft)
        self.assertIsNone(self.known(file)["score"], "nothing is live")

    def test_an_automatic_request_is_answered(self):
        # Another user creates the file: the connector does not enrich objects that it created.
        file = {"type": "file", "id": "file--a0000000-0000-4000-8000-000000000000", "hashes": {"SHA-256": self.new_hashes()["SHA-256"]}}
        self.stack.opencti.post("/control/users", id="importer", token="importer-token")
        self.stack.opencti.push_as("importer-token", self.stack.connector_id, json.dumps({"type": "bundle", "objects": [file]}))
        [work] = wait_until(lambda: [work for work in self.stack.opencti.get("/control/works")
                                     if (work["user"] or {}).get("id") == "importer" and work["name"].startswith("Enrichment")],
                            "the connector gets an automatic request")
        self.assert_counts(self.stack.wait_for_work(work["id"]), OBJECTS)
        self.assert_enriched_as_malicious(file["id"])


def each_platform():
    """A class of tests for each version of the platform, by name."""
    return {f"On_{name}": type(f"On_{name}", (OnEachPlatform, SystemTest), {"platform": name}) for name in TAKES_VERSION}


globals().update(each_platform())

if __name__ == "__main__":
    unittest.main()
