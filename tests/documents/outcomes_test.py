"""Code decides by a lookup's outcome in kaspersky::match, for which the compiler finds the case that is missing."""

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
        found = [f"{path.relative_to(ROOT)}: {line.strip()}" for path in (ROOT / "src").rglob("*.[ch]pp")
                 for line in path.read_text().splitlines() if probe.search(line)]
        self.assertEqual(found, [])


if __name__ == "__main__":
    unittest.main()
