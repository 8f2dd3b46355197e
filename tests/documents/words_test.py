"""Documents and texts of the program use words that every reader knows; tools/words finds others."""

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

    def test_texts_of_the_program_are_read_and_its_comments_are_not(self):
        [line] = self.found('// It tries it again.\nlog.error("Cannot publish, "\n          "trying again");\n', name="src/a.cpp")
        self.assertIn("src/a.cpp:2: 'trying again': retry", line)
        self.assertEqual(self.found("const a = 'refused'; // refused words\n", name="src/page.js"), [])
        [line] = self.found("<p>Asked anew</p>\n", name="src/page.html")
        self.assertIn("'anew'", line)

    def test_a_place_that_is_right_can_be_allowed(self):
        self.assertEqual(self.found("Nothing stands.\n", "README.md: Nothing stands\n"), [])

    def test_an_exception_that_is_not_needed_is_found(self):
        self.assertEqual(self.found("Nothing.\n", "README.md: Nothing stands\n"),
                         ["tools/words.allowed: nothing is found at 'README.md: Nothing stands' any more"])


if __name__ == "__main__":
    unittest.main()
