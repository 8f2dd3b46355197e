"""__metadata__/: the connector's entry in the catalogue has the form that the catalogue's schema requires."""

import json
import pathlib
import re
import struct
import subprocess
import sys
import unittest
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
METADATA = ROOT / "__metadata__"
SLUG = "kaspersky-enrichment"

USE_CASES = {
    "Adversary & Campaign Insights", "Vulnerability & Exploit Awareness", "Infrastructure & Attack Surface Visibility",
    "Detection & Response Enablement", "Fraud, Financial Crime & Cryptocurrency Monitoring",
    "Brand, Digital Risk & Underground Exposure", "Third-Party & Supply Chain Oversight", "Cloud, SaaS & Platform Security",
    "Geopolitical, Physical & Hybrid Risk Analysis", "Market Vertical & Mission-Specific Intelligence", "FIMI & Disinformation",
    "Other"}
SOLUTION_CATEGORIES = {
    "Threat Intelligence Feed", "Endpoint Detection & Response", "SIEM & Security Analytics", "Malware Analysis & Sandbox",
    "SOAR & Security Automation", "Vulnerability & Exposure Management", "Attack Surface Management", "Network Security",
    "Email Security", "AI Security", "Incident Response & Case Management", "Digital Risk Protection",
    "Governance, Risk & Compliance", "Cloud Security", "Enrichment & Reputation", "Import, Export & Sharing", "Other"}
FIELDS = [
    "title", "slug", "description", "short_description", "logo", "use_cases", "solution_categories", "license_type", "contact",
    "verified", "last_verified_date", "playbook_supported", "max_confidence_level", "support_version", "subscription_link",
    "source_code", "manager_supported", "container_version", "container_image", "container_type"]


def pixels(png):
    """→ width, height, and the uncompressed lines, which do not depend on the version of zlib."""
    if png[:8] != b"\x89PNG\r\n\x1a\n":
        raise ValueError("no PNG")
    at, data, size = 8, b"", None
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at:at + 8])
        body = png[at + 8:at + 8 + length]
        if kind == b"IHDR":
            size = struct.unpack(">II", body[:8])
        if kind == b"IDAT":
            data += body
        at += 12 + length
    return *size, zlib.decompress(data)


class Manifest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.manifest = json.loads((METADATA / "connector_manifest.json").read_text())

    def test_has_the_fields_of_the_template_in_their_order(self):
        self.assertEqual(list(self.manifest), FIELDS)

    def test_the_name_is_that_of_the_connector_everywhere(self):
        self.assertEqual(self.manifest["slug"], SLUG)
        # The user's own registry: OpenCTI's registry has a connector in Python under this name.
        self.assertEqual(self.manifest["container_image"], f"registry.example/{SLUG}")
        self.assertEqual(self.manifest["container_version"], "rolling")
        self.assertEqual(self.manifest["container_type"], "INTERNAL_ENRICHMENT")
        schema = json.loads((METADATA / "connector_config_schema.json").read_text())
        self.assertEqual(schema["properties"]["CONNECTOR_NAME"]["default"], self.manifest["title"])
        self.assertIn(f"/{SLUG}_config.schema.json", schema["$id"])

    def test_texts_are_as_long_as_they_may_be(self):
        self.assertLessEqual(len(self.manifest["short_description"]), 250)
        for field in ("title", "description", "short_description"):
            self.assertTrue(self.manifest[field].strip(), field)

    def test_uses_the_words_of_the_catalogue(self):
        for field, words in (("use_cases", USE_CASES), ("solution_categories", SOLUTION_CATEGORIES)):
            chosen = self.manifest[field]
            self.assertTrue(1 <= len(chosen) <= 3, field)
            self.assertEqual(set(chosen) - words, set(), field)
        self.assertIn(self.manifest["license_type"], {"Free", "Commercial"})
        self.assertRegex(self.manifest["support_version"], r"^>=\d+\.\d+\.\d+$")

    def test_claims_no_verification(self):
        # Those who verify connectors set this.
        self.assertIs(self.manifest["verified"], False)
        self.assertIsNone(self.manifest["last_verified_date"])

    def test_says_what_the_connector_does(self):
        self.assertIs(self.manifest["playbook_supported"], True)
        # The manager starts only connectors of the platform's own catalogue.
        self.assertIs(self.manifest["manager_supported"], False)
        self.assertTrue(0 <= self.manifest["max_confidence_level"] <= 100)

    def test_has_no_address_that_nobody_has_looked_at(self):
        for field in ("contact", "subscription_link", "source_code"):
            self.assertIsNone(self.manifest[field], field)


class Logo(unittest.TestCase):
    def test_is_a_square_png_where_the_manifest_says(self):
        path = json.loads((METADATA / "connector_manifest.json").read_text())["logo"]
        # OpenCTI's own manifests also name the logo by its path from the root of the repository.
        width, height, _ = pixels((ROOT / path).read_bytes())
        self.assertEqual(width, height)
        self.assertGreaterEqual(width, 96)

    def test_is_what_its_script_draws(self):
        drawn = subprocess.run([sys.executable, "-B", ROOT / "tools" / "logo.py"], capture_output=True, check=True).stdout
        self.assertEqual(pixels(drawn), pixels((METADATA / "logo.png").read_bytes()))


class ConfigDoc(unittest.TestCase):
    def test_has_a_row_for_each_property_of_the_schema(self):
        schema = json.loads((METADATA / "connector_config_schema.json").read_text())
        lines = (METADATA / "CONNECTOR_CONFIG_DOC.md").read_text().splitlines()
        rows = {cells[1].strip(): cells for line in lines if (cells := re.split(r"(?<!\\)\|", line))[1:2]}
        for name in schema["properties"]:
            with self.subTest(name):
                self.assertEqual(len(rows[name]), 8, "six cells")
                self.assertEqual(rows[name][3].strip(), "✅" if name in schema["required"] else "")


if __name__ == "__main__":
    unittest.main()
