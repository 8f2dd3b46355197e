"""Documents and texts of the program use only words that every reader knows; tools/words finds the others."""

import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Words(unittest.TestCase):
    def words(self, root):
        done = subprocess.run([ROOT / "tools" / "words", root], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1 if done.stdout else 0, done.stderr)
        return done.stdout.splitlines()

    def found(self, text, allowed="", name="README.md"):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "tools").mkdir()
            (pathlib.Path(folder) / "tools" / "words.allowed").write_text(allowed)
            path = pathlib.Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            return self.words(folder)

    def test_this_project_is_clean(self):
        self.assertEqual(self.words(ROOT), [])

    def test_a_word_is_found_with_a_better_one(self):
        [line] = self.found("The work waits for ever.\n")
        self.assertIn("README.md:1: 'for ever': forever, or a duration", line)

    def test_code_and_links_are_not_prose(self):
        self.assertEqual(self.found("`tries it again` and [so](tell.md)\n\n```sh\ntell them anew\n```\n"), [])

    def test_texts_of_the_program_are_read_and_so_are_its_comments(self):
        comment, text = self.found('// It tries it again.\nlog.error("Cannot publish, "\n          "trying again");\n', name="src/a.cpp")
        self.assertIn("src/a.cpp:1: 'tries it again': retry", comment)
        self.assertIn("src/a.cpp:2: 'trying again': retry", text)
        self.assertEqual(self.found("const a = 'refused';\n", name="src/page.js"), [])
        [line] = self.found("<p>Asked anew</p>\n", name="src/page.html")
        self.assertIn("'anew'", line)

    def test_comments_of_tests_and_tools_are_read(self):
        for name, text in (("tests/a_test.cpp", "/* The\n   server refuses it. */ call(\"// told\");\n"), ("tools/check", "#!/usr/bin/env python3\n# Told 'refused'\n"),
                           ("simulators/a.py", 'text = """Nothing."""\n\n\ndef f():\n    """Tells the caller."""\n'),
                           ("kubernetes/a.yaml", "# It is set aside.\nname: refused\n"), ("dev", "#!/bin/sh\necho told # Again, besides.\n")):
            with self.subTest(name):
                [line] = self.found(text, name=name)
                self.assertTrue(line.startswith(f"{name}:"), line)

    def test_names_of_tests_are_read_word_by_word(self):
        for name, text in (("tests/unit/a_test.cpp", "TEST(Cache, AFullStoreIsToldOnce) {}\n"), ("tests/unit/a_test.cpp", "TEST_F(BesidesTest, Works) {}\n"),
                           ("tests/system/a_test.py", "class A:\n    def test_the_key_is_refused(self):\n        pass\n"),
                           ("tests/system/a_test.py", "class A:\n    def test_what_is_known_is_cached(self):\n        pass\n"),
                           ("tests/simulators/a_test.mjs", "test('the page is no page', () => {});\n")):
            with self.subTest(text):
                [line] = self.found(text, name=name)
                self.assertTrue(line.startswith(f"{name}:"), line)
        self.assertEqual(self.found("TEST(Cache, AFullStoreIsReportedOnceAndSaysWhatToDo) {}\n", name="tests/unit/a_test.cpp"), [])

    def test_a_sentence_names_its_actor(self):
        [line] = self.found("A second token, so that who has the first can still ask.\n")
        self.assertIn("who has", line)
        self.assertEqual(self.found("Who can ask? Every user who has a key.\n"), [])

    def test_a_place_that_is_right_can_be_allowed(self):
        self.assertEqual(self.found("Nothing stands.\n", "README.md: Nothing stands\n"), [])

    def test_an_exception_that_is_not_needed_is_found(self):
        self.assertEqual(self.found("Nothing.\n", "README.md: Nothing stands\n"),
                         ["tools/words.allowed: nothing is found at 'README.md: Nothing stands' any more"])


if __name__ == "__main__":
    unittest.main()
