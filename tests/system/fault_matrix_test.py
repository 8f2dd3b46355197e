"""docs/reliability.md names a test case for each fault, docs/security.md for each attack, docs/comparison.md for each loss, and
docs/compatibility.md for each difference between platforms. All these cases exist."""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def system_cases():
    """The cases of the system tests and of the packaging tests, as the documents name them."""
    return {f"{path.name.removesuffix('_test.py')}.{name}" for folder in ("system", "packaging")
            for path in (ROOT / "tests" / folder).glob("*_test.py")
            for name in re.findall(r"def test_(\w+)", path.read_text())}


def compiled_cases():
    return {".".join(found) for path in (ROOT / "tests").rglob("*_test.cpp")
            for found in re.findall(r"TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\s*\)", path.read_text())}


def simulator_cases():
    """The titles of the tests of the simulators."""
    return {title.replace("\\'", "'") for path in (ROOT / "tests" / "simulators").glob("*_test.mjs")
            for title in re.findall(r"(?m)^test\('((?:[^'\\]|\\.)*)'", path.read_text())}


def fuzz_targets():
    return {f"fuzz_{path.name.removesuffix('_fuzz.cpp')}" for path in (ROOT / "tests" / "fuzz").glob("*_fuzz.cpp")}


class FaultMatrix(unittest.TestCase):
    def rows(self):
        """The cells of each row of the tables of faults."""
        text = "\n".join((ROOT / "docs" / name).read_text() for name in ("reliability.md", "security.md"))
        tables = re.findall(r"^\|.*\| shown by \|\n\|[ |-]*\|\n((?:\|.*\n)+)", text, re.MULTILINE)
        return [[cell.strip() for cell in line.strip("|").split(" | ")] for table in tables for line in table.splitlines()]

    def test_each_fault_is_shown_by_cases_that_exist(self):
        known = system_cases() | compiled_cases() | fuzz_targets()
        self.assertGreater(len(self.rows()), 30)
        for row in self.rows():
            with self.subTest(row[0]):
                self.assertEqual(len(row), 4, "fault, what happens, what the user sees, shown by")
                named = re.findall(r"`([^`]+)`", row[3])
                self.assertTrue(named, "a case is named")
                self.assertEqual([case for case in named if case not in known], [], "cases that do not exist")

    def test_each_difference_between_platforms_is_shown_by_cases_that_exist(self):
        known = system_cases() | compiled_cases() | simulator_cases()
        text = (ROOT / "docs" / "compatibility.md").read_text()
        [table] = re.findall(r"^\|.*\| shown by \|\n\|[ |-]*\|\n((?:\|.*\n)+)", text, re.MULTILINE)
        rows = [line.strip("|").rpartition(" | ") for line in table.splitlines()]
        self.assertEqual(len(rows), 8)
        for cells, _, shown in rows:
            with self.subTest(cells):
                named = re.findall(r'[`"]([^`"]+)[`"]', shown)
                self.assertTrue(named, "a case is named")
                self.assertEqual([case for case in named if case not in known], [], "cases that do not exist")

    def test_each_possible_loss_is_shown_by_cases_that_exist(self):
        known = system_cases() | compiled_cases()
        text = (ROOT / "docs" / "comparison.md").read_text()
        ways = re.split(r"(?m)^## \d\. ", text)[1:]
        self.assertEqual(len(ways), 6)
        for way in ways:
            with self.subTest(way.splitlines()[0]):
                self.assertRegex(way, r"\]\(https://github\.com/[\w.-]+/[\w.-]+/(issues|pull)/\d+\)", "a report of the loss")
                named = re.findall(r"`(\w+\.\w+)`", way.partition("**Shown by**")[2])
                self.assertTrue(named, "a case is named")
                self.assertEqual([case for case in named if case not in known], [], "cases that do not exist")

    def test_each_fuzz_target_is_named_and_run(self):
        text = "".join((ROOT / "docs" / name).read_text() for name in ("reliability.md", "security.md"))
        self.assertEqual(set(re.findall(r"`(fuzz_\w+)`", text)), fuzz_targets())
        self.assertEqual({f"fuzz_{name}" for name in re.findall(r"^ +fuzz (\w+) \"", (ROOT / "dev").read_text(), re.MULTILINE)},
                         fuzz_targets())


if __name__ == "__main__":
    unittest.main()
