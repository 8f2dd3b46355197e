"""Copies of results outside the platform: in a folder and in S3."""

import json
import os
import pathlib
import re
import sys
import tempfile
import time
import unittest
import urllib.parse

from support import FOUND_MALICIOUS, OBJECTS, ROOT, SystemTest, new_stack, wait_until
from stack import Http, Process  # support has added its folder to the path

NAME = re.compile(r"kaspersky_enrichment-\d{8}-\d{6}-\d+\.\d{6}\.json")
OLD = "kaspersky_enrichment-20200101-000000-1577836800.000000.json"
ACCESS_KEY = "simulated-access-key"
SECRET_KEY = "simulated/secret+key"


class Copies(SystemTest):
    def assert_copy(self, document, bundle_type, file):
        self.assertEqual(document["bundle_type"], bundle_type)
        self.assertEqual(document["connector"]["id"], self.stack.connector_id)
        self.assertEqual(document["applicant_id"], "c0000000-0000-4000-8000-000000000001")
        self.assertEqual(document["update"], False)
        self.assertEqual(len(document["bundle"]["objects"]), OBJECTS)
        self.assertIn(file, [thing["id"] for thing in document["bundle"]["objects"]])


class Folder(Copies):
    def setUp(self):
        self.use(new_stack())
        self.folder = pathlib.Path(self.stack.folder) / "results"
        self.folder.mkdir()
        self.settings = {"CONNECTOR_SEND_TO_DIRECTORY": "true", "CONNECTOR_SEND_TO_DIRECTORY_PATH": str(self.folder)}

    def files(self):
        return sorted(path.name for path in self.folder.iterdir())

    def test_a_copy_of_each_result_in_addition_to_the_queue(self):
        self.stack.start_connector(**self.settings)
        file = self.new_file()
        self.assert_counts(self.enrich(file), OBJECTS)
        [name] = self.files()
        self.assertRegex(name, NAME)
        self.assert_copy(json.loads((self.folder / name).read_text()), "DIRECTORY_BUNDLE", file)
        self.assert_enriched_as_malicious(file)

    def test_instead_of_the_queue_the_work_still_says_how_it_went(self):
        self.stack.start_connector(CONNECTOR_SEND_TO_QUEUE="false", **self.settings)
        file = self.new_file()
        work = self.enrich(file)
        self.assert_result(work, FOUND_MALICIOUS)
        self.assert_nothing_sent(work)
        self.assertEqual(len(self.files()), 1)

    def test_only_files_of_our_own_grow_old(self):
        week = time.time() - 8 * 24 * 3600
        others = ["notes.json", "other-20200101-000000-1577836800.000000.json", OLD.replace("2020", "x020"), OLD + ".bak"]
        for name in [OLD, *others]:
            (self.folder / name).write_text("{}")
            os.utime(self.folder / name, (week, week))
        self.stack.start_connector(**self.settings)
        self.enrich(self.new_file())
        self.assertEqual(len(self.files()), len(others) + 1)
        self.assertLessEqual(set(others), set(self.files()))

    def test_a_folder_that_cannot_be_written_to_holds_the_result_back(self):
        self.stack.start_connector(**self.settings)
        gone = self.folder.rename(self.folder.with_name("gone"))
        file = self.new_file()
        work = self.stack.enrich(file)
        [line] = self.wait_for_line("Cannot publish the result")
        self.assertIn("No such file or directory", line["attributes"]["reason"])
        self.assert_nothing_sent({"id": work})
        gone.rename(self.folder)
        self.assert_counts(self.stack.wait_for_work(work), OBJECTS)
        self.assertEqual(len(self.files()), 1)

    def test_a_folder_that_cannot_be_written_to_is_noticed_at_start(self):
        if os.geteuid() == 0:
            settings = self.settings | {"CONNECTOR_SEND_TO_DIRECTORY_PATH": "/proc/self"}
        else:
            self.folder.chmod(0o500)
            settings = self.settings
        connector = self.stack.start_connector(wait=False, **settings)
        self.assertEqual(connector.wait(), 78)
        self.assertIn("cannot write", connector.output())

    def test_results_for_a_draft_are_not_copied(self):
        self.stack.start_connector(**self.settings)
        draft = self.stack.opencti.post("/control/drafts")["id"]
        file = self.stack.opencti.post("/control/entities", draft_id=draft, object={
            "type": "file", "id": "file--d0000000-0000-4000-8000-000000000000", "hashes": self.new_hashes()})["id"]
        self.assert_counts(self.enrich(file, draft_id=draft), OBJECTS)
        self.assertEqual(self.files(), [])


class S3(Copies):
    def setUp(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        self.process = Process("s3", [sys.executable, ROOT / "simulators" / "s3" / "s3.py"], folder)
        self.addCleanup(self.process.stop)
        self.s3 = Http(json.loads(self.process.first_line())["listening"])
        port = self.s3.url.rpartition(":")[2]
        keys = f"{urllib.parse.quote(ACCESS_KEY, safe='')}:{urllib.parse.quote(SECRET_KEY, safe='')}"
        self.told = ("--s3", f"http://{keys}@127.0.0.1:{port}/results?eu-west-3")
        self.given = {"S3_ENDPOINT": "127.0.0.1", "S3_PORT": port, "S3_USE_SSL": "false", "S3_BUCKET_REGION": "eu-west-3",
                      "S3_ACCESS_KEY": ACCESS_KEY, "S3_SECRET_KEY": SECRET_KEY, "CONNECTOR_SEND_TO_S3_BUCKET": "results"}

    def start(self, *options, **settings):
        self.use(new_stack(opencti_options=options))
        self.stack.start_connector(CONNECTOR_SEND_TO_S3="true", **settings)

    def objects(self):
        return self.s3.get("/control/state")["objects"]

    def assert_one_object(self, file, folder="connectors/"):
        [(key, stored)] = self.objects().items()
        self.assertTrue(key.startswith(folder), key)
        self.assertRegex(key.removeprefix(folder), NAME)
        self.assertEqual(stored["type"], "application/json")
        self.assert_copy(json.loads(stored["text"]), "S3_BUNDLE", file)
        self.assertEqual(self.s3.get("/control/state")["rejected"], [], "every signature is valid")

    def assert_no_key_in_the_log(self):
        self.assertNotIn(SECRET_KEY, self.stack.connector.output())
        self.assertNotIn(ACCESS_KEY, self.stack.connector.output())

    def test_where_the_platform_says(self):
        self.start(*self.told)
        file = self.new_file()
        self.assert_counts(self.enrich(file), OBJECTS)
        self.assert_one_object(file)
        self.assert_no_key_in_the_log()

    def test_where_the_settings_say_the_platform_is_not_asked(self):
        self.start(CONNECTOR_SEND_TO_S3_FOLDER=".", **self.given)
        file = self.new_file()
        self.assert_counts(self.enrich(file), OBJECTS)
        self.assert_one_object(file, folder="")
        self.assertEqual(self.stack.opencti.get("/control/state")["registrations"], 1)

    def test_an_upload_that_fails_is_retried(self):
        self.start(*self.told)
        self.s3.post("/control/faults", status=503, times=2)
        file = self.new_file()
        self.assert_counts(self.enrich(file), OBJECTS)
        self.assertEqual(len(self.objects()), 1)
        self.assertIn("HTTP status 503, InternalError", self.wait_for_line("Cannot publish the result")[0]["attributes"]["reason"])

    def test_wrong_keys_hold_the_result_back_and_are_not_logged(self):
        self.start(**self.given | {"S3_SECRET_KEY": "another-secret-key"})
        work = self.stack.enrich(self.new_file())
        [line] = self.wait_for_line("Cannot publish the result")
        self.assertIn("SignatureDoesNotMatch", line["attributes"]["reason"])
        self.assert_nothing_sent({"id": work})
        self.assertNotIn("another-secret-key", self.stack.connector.output())

    def test_only_objects_of_our_own_grow_old(self):
        old = [f"connectors/{OLD.replace('000000.json', f'{number:06}.json')}" for number in range(5)]
        others = ["connectors/kaspersky_enrichment-notes.json", "connectors/a/" + OLD, OLD, "connectors/kaspersky_enrichment-<&>.json"]
        for key in [*old, *others]:
            self.s3.post("/control/objects", key=key, age_hours=8 * 24)
        self.start(*self.told)
        self.enrich(self.new_file())
        wait_until(lambda: not set(old) & set(self.objects()), "old objects are deleted")
        self.assertLessEqual(set(others), set(self.objects()))


if __name__ == "__main__":
    unittest.main()
