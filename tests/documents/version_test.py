"""All files have the version of CMakeLists.txt, and name the same oldest supported version of OpenCTI."""

import json
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
NUMBER = r"(\d+\.\d+\.\d+)"
# The files with the version, and how often it occurs there. `./dev generate` renews the manual page.
PLACES = [
    ("Dockerfile", rf"(?m)^ARG VERSION={NUMBER}$", 1),
    ("kubernetes/kaspersky-enrichment.yaml", rf"(?m)^ +image: registry\.example/kaspersky-enrichment:{NUMBER}$", 1),
    ("kubernetes/kaspersky-enrichment-replicas.yaml", rf"(?m)^ +image: registry\.example/kaspersky-enrichment:{NUMBER}$", 1),
    ("kubernetes/store-job.yaml", rf"(?m)^ +image: registry\.example/kaspersky-enrichment:{NUMBER}$", 1),
    ("kubernetes/helm/kaspersky-enrichment/Chart.yaml", rf'(?m)^(?:version|appVersion): "?{NUMBER}"?$', 2),
    ("docs/install.md", rf"registry\.example/kaspersky-enrichment:{NUMBER}\b", 2),
    ("docs/kaspersky-enrichment.1", rf'(?m)^\.TH .*"kaspersky-enrichment {NUMBER}"', 1),
]


def read(path):
    return (ROOT / path).read_text()


VERSION = re.search(rf"(?m)^project\(kaspersky-enrichment VERSION {NUMBER} ", read("CMakeLists.txt"))[1]


class Version(unittest.TestCase):
    def test_is_the_project_s_everywhere(self):
        for path, pattern, times in PLACES:
            with self.subTest(path):
                self.assertEqual(re.findall(pattern, read(path)), [VERSION] * times)

    def test_is_in_no_other_name_of_a_file_or_image(self):
        named = re.compile(rf"kaspersky-enrichment[:_-]{NUMBER}")
        documents = [path.relative_to(ROOT) for pattern in ("*.md", "*.yml", "docs/*.md", "kubernetes/*", "kubernetes/helm/*/**/*", "packaging/*", "monitoring/*", "bench/*.md")
                     for path in ROOT.glob(pattern) if path.is_file()]
        self.assertGreater(len(documents), 20)
        for path in documents:
            if str(path) not in [place for place, _, _ in PLACES]:
                with self.subTest(str(path)):
                    self.assertEqual(named.findall(read(path)), [])

    def test_the_newest_changes_are_its(self):
        headings = re.findall(r"(?m)^## (.*)$", read("CHANGELOG.md"))
        self.assertRegex(headings[0], rf"^{re.escape(VERSION)} \((unreleased|\d{{4}}-\d\d-\d\d)\)$")
        for heading in headings[1:]:
            self.assertRegex(heading, rf"^{NUMBER} \(\d{{4}}-\d\d-\d\d\)$")


class SupportedOpenCti(unittest.TestCase):
    def test_the_oldest_version_is_the_same_everywhere(self):
        oldest = json.loads(read("__metadata__/connector_manifest.json"))["support_version"].removeprefix(">=").removesuffix(".0")
        for path in ("README.md", "docs/install.md", "docs/compatibility.md"):
            with self.subTest(path):
                self.assertEqual(re.findall(r"OpenCTI (\d+\.\d+(?:\.\d+)?)(?: \(LTS\))? or newer", read(path)), [oldest])

    def test_the_oldest_version_is_one_that_the_tests_play(self):
        oldest = json.loads(read("__metadata__/connector_manifest.json"))["support_version"].removeprefix(">=")
        played = re.findall(r"(?m)^    version: '([\d.]+)[-\w.]*',", read("simulators/opencti/platforms.mjs"))
        self.assertEqual(min(played, key=lambda version: [int(part) for part in version.split(".")]), oldest)


if __name__ == "__main__":
    unittest.main()
