"""A value is looked up only once: not again for the next request, for concurrent requests, or after a crash."""

import os
import pathlib
import sqlite3
import unittest

from support import OBJECTS, OneConnectorTest, SystemTest, new_stack, wait_until

UNKNOWN = "Kaspersky knows nothing about this object. Nothing was changed."
CONFIGURATION = 78


class Asking:
    def assert_red(self, work):
        """The work has an answer of zone red. The rest of the text differs, because a second enrichment adds less."""
        self.assertEqual(self.errors(work), [])
        self.assertRegex(self.messages(work)[0], "^Kaspersky zone: red")


class InMemory(Asking, OneConnectorTest):
    def setUp(self):
        super().setUp()
        self.asked_before = len(self.lookups())

    def asked(self):
        return len(self.lookups()) - self.asked_before

    def test_a_second_enrichment_makes_no_call(self):
        file = self.new_file()
        for mode in ("manual", "auto"):
            self.assert_red(self.enrich(file, mode=mode))
        self.assertEqual(self.asked(), 1)
        self.assert_enriched_as_malicious(file)

    def test_a_playbook_is_answered_from_the_cache_too(self):
        file = self.new_file()
        self.enrich(file)
        self.assertEqual(len(self.ask_playbook(entity_id=file)["bundle"]["objects"]), OBJECTS)
        self.assertEqual(self.asked(), 1)

    def test_not_found_is_cached(self):
        file = self.unknown_file()
        for _ in range(2):
            self.assert_result(self.enrich(file), UNKNOWN)
        self.assertEqual(self.asked(), 1)

    def test_two_objects_with_the_same_hash_share_one_lookup(self):
        sha256 = self.new_hashes()["SHA-256"]
        for value in (sha256, sha256.upper()):
            self.assert_red(self.enrich(self.stack.add_file({"SHA-256": value})))
        self.assertEqual(self.asked(), 1)

    def test_two_spellings_at_once_share_one_lookup(self):
        md5 = self.new_hashes()["MD5"]
        with self.fault(self.stack.tip, kind="hold"):
            works = [self.stack.enrich(self.stack.add_file({"MD5": value})) for value in (md5, md5.upper())]
            self.wait_until_held(self.stack.tip)
            wait_until(lambda: self.stack.opencti.get("/control/state")["listen_queue"]["ready"] == 0, "both messages are consumed")
            wait_until(lambda: len(self.lines("Message received")) >= 2, "both messages are in progress")
        self.stack.tip.post("/control/release")
        for work in works:
            self.assert_red(self.stack.wait_for_work(work))
        self.assertEqual(self.asked(), 1)

    def test_a_failure_is_not_cached(self):
        file = self.new_file()
        with self.fault(self.stack.tip, kind="wrong_shape"):
            self.assertRegex(self.errors(self.enrich(file))[0], "^Kaspersky's answer could not be used")
        self.assert_red(self.enrich(file))
        self.assertEqual(self.asked(), 2)

    def test_identical_lookups_at_once_share_one_request(self):
        file = self.new_file()
        self.stack.tip.post("/control/faults", kind="hold", times=1)
        works = [self.stack.enrich(file) for _ in range(8)]
        self.wait_until_held(self.stack.tip)
        wait_until(lambda: len({line["attributes"].get("work_id") for line in self.lines("Message received")} & set(works)) == 8,
                   "all messages are in progress")
        self.stack.tip.post("/control/release")
        for work in works:
            self.assertEqual(self.errors(self.stack.wait_for_work(work)), [])
        self.assertEqual(self.asked(), 1)


class Settings(Asking, SystemTest):
    def setUp(self):
        self.use(new_stack())

    def test_a_lifetime_of_zero_switches_it_off(self):
        self.stack.start_connector(KASPERSKY_CACHE_TTL="default:0")
        file = self.new_file()
        for _ in range(2):
            self.assert_red(self.enrich(file))
        self.assertEqual(len(self.lookups()), 2)

    def test_manual_requests_can_have_a_fresh_answer(self):
        self.stack.start_connector(KASPERSKY_FRESH_FOR_MANUAL="true")
        file = self.new_file()
        for mode, asked in (("manual", 1), ("manual", 2), ("auto", 2)):
            self.assert_red(self.enrich(file, mode=mode))
            self.assertEqual(len(self.lookups()), asked)


class InAFile(Asking, SystemTest):
    def setUp(self):
        self.use(new_stack())
        self.path = pathlib.Path(self.stack.folder) / "cache.db"
        self.start()

    def start(self):
        self.stack.start_connector(KASPERSKY_CACHE_PATH=str(self.path))

    def kill_and_start_again(self):
        self.stack.connector.kill()
        self.stack.connector.wait()
        self.start()

    def test_a_restart_forgets_nothing(self):
        file = self.new_file()
        self.enrich(file)
        self.stack.connector.stop()
        self.start()
        self.assert_red(self.enrich(file))
        self.assertEqual(len(self.lookups()), 1)

    def test_nor_does_a_kill(self):
        files = [self.new_file() for _ in range(10)]
        for file in files:
            self.enrich(file)
        self.kill_and_start_again()
        for file in files:
            self.assert_red(self.enrich(file))
        self.assertEqual(len(self.lookups()), len(files))

    def test_a_lookup_before_a_kill_is_not_repeated_after_it(self):
        file = self.new_file()
        self.stack.opencti.post("/control/faults", operation="isWorkAlive", kind="hold", before=True, times=1)
        work = self.stack.enrich(file)
        self.wait_until_held(self.stack.opencti)
        self.kill_and_start_again()
        self.assert_red(self.stack.wait_for_work(work))
        self.assertEqual(len(self.lookups()), 1)

    def test_a_damaged_file_is_moved_with_a_warning(self):
        file = self.new_file()
        self.enrich(file)
        self.stack.connector.stop()
        self.path.write_bytes(b"no database at all " * 1000)
        self.start()
        [line] = self.wait_for_line("Database corrupt")
        self.assertEqual((line["level"], line["attributes"]["path"]), ("WARNING", str(self.path)))
        self.assertTrue(self.path.with_suffix(".db.damaged").exists())
        for _ in range(2):
            self.assert_red(self.enrich(file))
        self.assertEqual(len(self.lookups()), 2)

    def test_an_answer_that_cannot_be_read_is_asked_for_again(self):
        file = self.new_file()
        self.enrich(file)
        self.stack.connector.stop()
        with sqlite3.connect(self.path) as store:
            store.execute("UPDATE answers SET text = '{\"Zone\":'")
        store.close()
        self.start()
        self.assert_red(self.enrich(file))
        self.assertEqual(len(self.lookups()), 2)

    def test_nobody_else_can_read_it(self):
        self.enrich(self.new_file())
        for file in self.path.parent.glob("cache.db*"):
            self.assertEqual(file.stat().st_mode & 0o077, 0, file)

    def test_a_second_connector_with_the_same_file_does_not_start(self):
        first = self.stack.connector
        second = self.stack.start_connector(wait=False, KASPERSKY_CACHE_PATH=str(self.path))
        self.assertEqual(second.wait(), CONFIGURATION)
        self.assertIn(f"{self.path} cannot be used (database is locked)", second.output())
        self.stack.connector = first
        self.assert_red(self.enrich(self.new_file()))

    def test_a_folder_that_is_not_there_is_reported_at_the_start(self):
        wrong = self.path.parent / "no" / "cache.db"
        ended = self.stack.start_connector(wait=False, KASPERSKY_CACHE_PATH=str(wrong))
        self.assertEqual(ended.wait(), CONFIGURATION)
        self.assertIn(f"{wrong} cannot be used", ended.output())

    def refused(self, path):
        """→ the output of a connector that does not start with this file as its store."""
        self.stack.connector.stop()
        ended = self.stack.start_connector(wait=False, KASPERSKY_CACHE_PATH=str(path))
        self.assertEqual(ended.wait(), CONFIGURATION)
        return ended.output()

    def test_a_file_that_others_could_read_is_closed_to_them(self):
        self.stack.connector.stop()
        self.path.chmod(0o644)
        self.start()
        self.assertEqual(self.path.stat().st_mode & 0o777, 0o600)

    def test_a_symbolic_link_is_rejected(self):
        elsewhere = self.path.with_name("elsewhere.db")
        link = self.path.with_name("link.db")
        link.symlink_to(elsewhere)
        self.assertIn(f"{link} is a symbolic link", self.refused(link))
        self.assertFalse(elsewhere.exists())

    def test_a_file_of_another_user_is_rejected(self):
        if os.geteuid() != 0:
            self.skipTest("only root gives files away")
        self.stack.connector.stop()
        os.chown(self.path, 12345, 12345)
        self.assertIn(f"{self.path} belongs to user 12345", self.refused(self.path))

    def test_a_uri_is_rejected(self):
        uri = f"file:{self.path.with_name('uri.db')}?mode=memory"
        self.assertIn(f"{uri} is not the path of a file", self.refused(uri))

    def test_a_file_of_a_newer_version_is_not_changed(self):
        self.stack.connector.stop()
        with sqlite3.connect(self.path) as store:
            store.execute("PRAGMA user_version = 1000")
        store.close()
        before = self.path.read_bytes()
        self.assertIn(f"{self.path} was written by a newer version of this program", self.refused(self.path))
        self.assertEqual(self.path.read_bytes(), before)

    def test_another_programs_database_is_not_changed(self):
        other = self.path.with_name("places.sqlite")
        with sqlite3.connect(other) as store:
            store.execute("CREATE TABLE moz_places (url TEXT)")
        store.close()
        before = other.read_bytes()
        self.assertIn(f"{other} is a database of another program", self.refused(other))
        self.assertEqual(other.read_bytes(), before)

    def test_a_file_without_a_version_keeps_its_entries(self):
        file = self.new_file()
        self.enrich(file)
        self.stack.connector.stop()
        with sqlite3.connect(self.path) as store:
            # The store as 0.1.0 left it, without the later tables.
            for (table,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN "
                                          "('answers', 'answers_size', 'requests', 'attempts', 'inbox')").fetchall():
                store.execute(f"DROP TABLE {table}")
            store.execute("ALTER TABLE inbox DROP COLUMN cut")
            store.execute("PRAGMA application_id = 0")
            store.execute("PRAGMA user_version = 0")
        store.close()
        self.start()
        self.assert_red(self.enrich(file))
        self.assertEqual(len(self.lookups()), 1)


if __name__ == "__main__":
    unittest.main()
