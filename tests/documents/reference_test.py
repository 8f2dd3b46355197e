"""`./dev reference`: doxygen generates pages for each public header without a warning."""

import pathlib
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Reference(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ended = subprocess.run([ROOT / "dev", "reference"], capture_output=True, text=True, check=False)

    def test_is_made_without_a_warning(self):
        self.assertEqual((self.ended.returncode, self.ended.stderr), (0, ""), self.ended.stdout)
        pages = "".join(path.read_text() for path in (ROOT / "build-reference" / "html").glob("*_8hpp.html"))
        headers = subprocess.run([ROOT / "tools" / "walls", "--public"], capture_output=True, text=True, check=True).stdout.split()
        self.assertGreater(len(headers), 10)
        for header in headers:
            with self.subTest(header):
                self.assertIn(f"<title>opencti-connector: {header.removeprefix('src/')} File Reference</title>", pages)

    def test_begins_with_the_guarantees(self):
        self.assertIn("A message is acknowledged last", (ROOT / "build-reference" / "html" / "index.html").read_text())


if __name__ == "__main__":
    unittest.main()
