"""Code that depends on an outcome uses a switch or kaspersky::match, so that the compiler reports a missing case."""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Outcomes(unittest.TestCase):
    def alternatives(self):
        text = (ROOT / "src" / "kaspersky" / "outcome.hpp").read_text()
        return re.findall(r"\w+", re.search(r"using Outcome = std::variant<([^>]+)>", text)[1])

    def test_no_alternative_is_probed_for(self):
        probe = re.compile(r"\b(?:get_if|holds_alternative)<\s*(?:kaspersky::)?(?:%s)>" % "|".join(self.alternatives()))
        self.assertTrue(probe.search("std::get_if<kaspersky::Found>(&outcome)"))
        self.assertEqual(self.lines_with(probe), [])

    def test_none_is_compared_with(self):
        comparison = re.compile(r"[=!]= *(?:source::)?Outcome::|\bOutcome::\w+ *[=!]=")
        self.assertTrue(comparison.search("answer.error().outcome == Outcome::not_found"))
        self.assertTrue(comparison.search("source::Outcome::found != outcome"))
        self.assertEqual(self.lines_with(comparison), [])

    def lines_with(self, pattern):
        return [f"{path.relative_to(ROOT)}: {line.strip()}" for path in (ROOT / "src").rglob("*.[ch]pp")
                for line in path.read_text().splitlines() if pattern.search(line)]


if __name__ == "__main__":
    unittest.main()
