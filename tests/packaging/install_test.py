"""`cmake --install` into a folder instead of the system's root: which files it installs, and which it does not overwrite."""

import os
import pathlib
import re
import stat
import subprocess
import tempfile
import unittest

BUILD = pathlib.Path(os.environ["BUILD_DIR"])
PREFIX = re.search(r"^CMAKE_INSTALL_PREFIX:PATH=/(.*)$", (BUILD / "CMakeCache.txt").read_text(), re.MULTILINE)[1]
ENVIRONMENT = "etc/kaspersky-enrichment/environment"


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.install()
        cls.documents = cls.root / PREFIX / "share/doc/kaspersky-enrichment"

    @classmethod
    def install(cls):
        ended = subprocess.run(["cmake", "--install", BUILD, "--strip"], env={**os.environ, "DESTDIR": str(cls.root)}, capture_output=True,
                               text=True, timeout=50, check=False)
        assert (ended.returncode, ended.stderr) == (0, ""), ended.stdout + ended.stderr

    def settings(self):
        # With a prefix other than /usr, the file is below that prefix.
        return next(path for path in (self.root / ENVIRONMENT, self.root / PREFIX / ENVIRONMENT) if path.exists())

    def test_the_program_runs_where_it_lies(self):
        program = self.root / PREFIX / "bin/kaspersky-enrichment"
        self.assertRegex(subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout, r"\d+\.\d+\.\d+")

    def test_settings_are_not_for_everybody(self):
        self.assertEqual(stat.S_IMODE(self.settings().stat().st_mode), 0o640)

    def test_settings_that_were_filled_in_stay(self):
        settings = self.settings()
        before = settings.read_text()
        settings.write_text("OPENCTI_URL=https://opencti.example\n")
        # Makes the installed file older than the one in the package.
        os.utime(settings, (0, 0))
        self.install()
        self.assertEqual(settings.read_text(), "OPENCTI_URL=https://opencti.example\n")
        settings.unlink()
        self.install()
        self.assertEqual(settings.read_text(), before)

    def test_links_in_documents_lead_to_installed_files(self):
        documents = sorted(self.documents.rglob("*.md"))
        self.assertGreater(len(documents), 15)
        followed = 0
        for document in documents:
            text = re.sub(r"(?ms)^```.*?^```$", "", document.read_text())
            for target in re.findall(r"\]\(([^)\s#]+)[^)]*\)", text):
                if re.match("[a-z]+:", target):
                    continue
                followed += 1
                with self.subTest(document.relative_to(self.documents), target=target):
                    self.assertTrue((document.parent / target).exists())
        self.assertGreater(followed, 40)

    def test_the_unit_names_a_document_that_is_there(self):
        unit = (self.root / PREFIX / "lib/systemd/system/kaspersky-enrichment.service").read_text()
        self.assertTrue((self.root / re.search(r"file:/(\S+)", unit)[1]).exists())


if __name__ == "__main__":
    unittest.main()
