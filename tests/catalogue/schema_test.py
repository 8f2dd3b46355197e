"""The JSON schema of the settings is valid, and agrees with the connector about the values that a setting may have.

Values are texts, as in the environment. For the schema they are converted as the platform does before it validates: an array is
split at its commas, and numbers and booleans are converted.
"""

import base64
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["KASPERSKY_ENRICHMENT_PROGRAM"]
CONFIGURATION = 78
NEEDED = {"OPENCTI_URL": "http://localhost", "OPENCTI_TOKEN": "token", "KASPERSKY_API_KEY": "key"}

# Values that both accept or both reject.
AGREED = {
    "OPENCTI_URL": (["http://localhost", "https://opencti.example/path/", "HTTPS://[::1]:8443", "http://10.0.0.1:65535"],
                    ["opencti.example", "ftp://opencti.example", "http://user@opencti.example", "http://opencti.example?a=b",
                     "http://opencti.example#a", "http://", "http://opencti.example:65536", "http://opencti.example:0",
                     "http://open cti", "http://opencti.example/{a}", "http://öffnen.example"]),
    "OPENCTI_TOKEN": (["a-token", "~!"], ["two words", "ChangeMe", "changeme", "tökén"]),
    "OPENCTI_JSON_LOGGING": (["true", "false"], ["maybe", "2"]),
    "CONNECTOR_TYPE": (["INTERNAL_ENRICHMENT"], ["STREAM"]),
    "CONNECTOR_NAME": (["Kaspersky", "ab", "a b", "Käse"], ["a", " a ", "a\x01b", " ChangeMe "]),
    "CONNECTOR_SCOPE": (["StixFile", "Url, Hostname", "IPv6-Addr,Artifact"], ["Report", "StixFile,Report", ","]),
    "CONNECTOR_LOG_LEVEL": (["debug", "warn", "warning", "error"], ["loud", "critical"]),
    "CONNECTOR_MAX_TLP": (["TLP:CLEAR", "TLP:WHITE", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"], ["TLP:PINK", "none"]),
    "CONNECTOR_BUNDLE_MODE": (["auto", "whole", "split"], ["none"]),
    "CONNECTOR_WORKERS": (["1", "64"], ["0", "65", "-1", "8.5", "many"]),
    "CONNECTOR_SHUTDOWN_GRACE": (["1", "600"], ["0", "601"]),
    "CONNECTOR_STORE": (["redis://redis:6379/1", "redis://user:word@[::1]/0", "redis+sentinel://one,two:26380/name"], ["redis://two words", " "]),
    "CONNECTOR_HTTP_PORT": (["0", "8080"], ["65536", "-1"]),
    "S3_ENDPOINT": (["s3.example", "10.0.0.1", "[::1]"], ["ChangeMe", "s3.example:9000", "http://s3.example", "s3.example/a", "a@b"]),
    "S3_BUCKET_REGION": (["eu-west-1"], ["eu west", "eu:west", "ChangeMe"]),
    "MQ_HOST": (["rabbitmq", "a b"], [" ", "a\x01", "ChangeMe"]),
    "OPENCTI_CUSTOM_HEADERS": (["X-A:b", "X-A:b;X-B:Change Me"], ["ChangeMe", "X-A:1;X-B: changeme ;X-C:1"]),
    "MQ_PASS": (["any text, even ChangeMe"], ["ChangeMe", " changeme "]),
    "KASPERSKY_API_KEY": (["key"], ["two words", "ChangeMe"]),
    "KASPERSKY_MAX_TLP": (["TLP:CLEAR", "TLP:WHITE", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"], ["TLP:PINK", "none"]),
    "KASPERSKY_ZONE_OCTI_SCORE_MAPPING": (["red:100,orange:80,yellow:60,gray:20,green:0", "grey:5", "red:0"],
                                          ["red:101", "red", "red:-1", "pink:5", "red:", "red:1.5", "red=5", ","]),
    "KASPERSKY_FILE_SECTIONS": (["LicenseInfo,Zone,FileGeneralInfo", "FileNames"], ["HostedUrls", "all"]),
    "KASPERSKY_IPV4_SECTIONS": (["IpWhoIs, HostedUrls"], ["FileNames"]),
    "KASPERSKY_DOMAIN_SECTIONS": (["Subdomains"], ["IpWhoIs"]),
    "KASPERSKY_URL_SECTIONS": (["UrlReferrals"], ["Subdomains"]),
    "KASPERSKY_RECORDS_COUNT": (["1", "1000"], ["0", "1001"]),
    "KASPERSKY_SCORE_POLICY": (["replace", "raise_only", "keep"], ["never"]),
    "KASPERSKY_CREATE_INDICATORS_FOR": (["red", "red,orange", "grey"], ["pink", "red;orange"]),
    "KASPERSKY_CACHE_TTL": (["default:24h,red:12h,orange:12h,not_found:6h", "default:0", "gray:365d", "green:45s", "red:30m"],
                            ["red", "red:12", "red:366d", "pink:1h", "red:1w", "red:-1h", "red:1h;green:1h", ","]),
    "KASPERSKY_DAILY_QUOTA": (["1", "1000000000"], ["0", "1000000001"]),
    "KASPERSKY_QUOTA_EXHAUSTED": (["fail", "wait"], ["stop"]),
    "KASPERSKY_QUOTA_RESERVE": (["0", "100"], ["101"]),
}
# The connector accepts more spellings of a value than the platform's form.
LENIENT = {
    "CONNECTOR_MAX_TLP": ["green", "tlp:red"],
    "KASPERSKY_MAX_TLP": ["tlp:amber", " TLP:RED "],
    "CONNECTOR_LOG_LEVEL": ["ERROR"],
    "CONNECTOR_SCOPE": ["stixfile"],
    "CONNECTOR_AUTO": ["yes", "off", "1"],
    "KASPERSKY_ZONE_OCTI_SCORE_MAPPING": ["Red : 100 , grey : 20"],
    "KASPERSKY_CACHE_TTL": [" red:1h , default:0 "],
    "OPENCTI_TOKEN": [" token "],
}
# Checks that a schema cannot express; the connector does them at its start.
BEYOND_A_SCHEMA = {
    "CONNECTOR_STORE": ["redis", "http://redis", "redis://redis:0", "redis+sentinel://one"],
    "KASPERSKY_ZONE_OCTI_SCORE_MAPPING": ["red:1,red:2", "gray:1,grey:2"],
    "KASPERSKY_CACHE_TTL": ["red:1h,red:2h"],
    "OPENCTI_CUSTOM_HEADERS": ["X A:b", "X-A:b;:c"],
    "MQ_USE_SSL_CA": ["/nowhere/ca.pem"],
    "CONNECTOR_SEND_TO_DIRECTORY_PATH": ["/nowhere"],
    "OPENCTI_SSL_VERIFY": ["/nowhere/ca.pem"],
}


def as_the_platform_reads(text, kind):
    if kind == "array":
        return [part.strip() for part in text.split(",") if part.strip()]
    if kind == "boolean":
        return {"true": True, "false": False}.get(text, text)
    if kind == "integer":
        try:
            return int(text)
        except ValueError:
            return text
    return text


class Schema(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.schema = json.loads((ROOT / "__metadata__" / "connector_config_schema.json").read_text())
        cls.validator = jsonschema.Draft202012Validator(cls.schema)

    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory())

    def run_program(self, *arguments, **settings):
        return subprocess.run([PROGRAM, *arguments], cwd=self.folder, env=settings, capture_output=True, text=True, timeout=20,
                              check=False)

    def schema_accepts(self, name, text):
        value = as_the_platform_reads(text, self.schema["properties"][name]["type"])
        return self.validator.is_valid({**NEEDED, name: value})

    def connector_accepts(self, name, text):
        # A setting that is certainly wrong ends the connector before it contacts anything. The connector reports all problems at once.
        wrong = "KASPERSKY_REQUESTS_PER_SECOND"
        ended = self.run_program(**{**NEEDED, wrong: "-1", name: text})
        self.assertEqual(ended.returncode, CONFIGURATION, ended.stderr)
        self.assertIn(wrong, ended.stderr)
        problems, _, _warnings = ended.stderr.partition("Warnings:")
        return not any(line.split()[:1] == [name] for line in problems.splitlines())

    def test_is_a_schema_of_its_draft(self):
        self.assertEqual(self.schema["$schema"], "https://json-schema.org/draft/2020-12/schema")
        jsonschema.Draft202012Validator.check_schema(self.schema)

    def test_is_named_after_the_connector_in_the_manifest(self):
        self.assertEqual(self.schema["$id"], "https://kaspersky-enrichment.example/kaspersky-enrichment_config.schema.json")

    def test_is_what_the_program_prints(self):
        printed = self.run_program("schema")
        self.assertEqual(printed.returncode, 0, printed.stderr)
        self.assertEqual(json.loads(printed.stdout), self.schema)
        self.assertEqual(printed.stderr, "")

    def test_the_defaults_are_accepted(self):
        defaults = {name: made["default"] for name, made in self.schema["properties"].items() if "default" in made}
        self.assertGreater(len(defaults), 30)
        self.validator.validate({**NEEDED, **defaults})

    def test_needed_settings_are_required(self):
        for name in NEEDED:
            with self.subTest(name):
                self.assertFalse(self.validator.is_valid({other: text for other, text in NEEDED.items() if other != name}))

    def test_settings_of_others_are_accepted(self):
        self.validator.validate({**NEEDED, "CONNECTOR_ID": "any", "CONNECTOR_RUN_AND_TERMINATE": False})

    def test_the_python_connectors_settings_are_all_there(self):
        names = {"OPENCTI_URL", "OPENCTI_TOKEN", "CONNECTOR_NAME", "CONNECTOR_SCOPE", "CONNECTOR_LOG_LEVEL", "CONNECTOR_TYPE",
                 "CONNECTOR_AUTO", "KASPERSKY_API_BASE_URL", "KASPERSKY_API_KEY", "KASPERSKY_MAX_TLP",
                 "KASPERSKY_ZONE_OCTI_SCORE_MAPPING", "KASPERSKY_FILE_SECTIONS", "KASPERSKY_IPV4_SECTIONS",
                 "KASPERSKY_DOMAIN_SECTIONS", "KASPERSKY_URL_SECTIONS"}
        self.assertEqual(names - self.schema["properties"].keys(), set())

    def test_every_pattern_is_tried(self):
        properties = self.schema["properties"]
        tried = {properties[name].get("pattern") for name in AGREED}
        untried = [name for name, made in properties.items() if "pattern" in made and made["pattern"] not in tried]
        self.assertEqual(untried, [])

    def test_agrees_with_the_connector(self):
        for name, (good, bad) in AGREED.items():
            for text in good:
                with self.subTest(name, text=text):
                    self.assertTrue(self.schema_accepts(name, text), "the schema rejects it")
                    self.assertTrue(self.connector_accepts(name, text), "the connector rejects it")
            for text in bad:
                with self.subTest(name, text=text):
                    self.assertFalse(self.schema_accepts(name, text), "the schema accepts it")
                    self.assertFalse(self.connector_accepts(name, text), "the connector accepts it")

    def test_is_stricter_about_spelling(self):
        for name, texts in LENIENT.items():
            for text in texts:
                with self.subTest(name, text=text):
                    self.assertFalse(self.schema_accepts(name, text))
                    self.assertTrue(self.connector_accepts(name, text))

    def test_the_connector_reports_problems_that_the_schema_cannot_express(self):
        for name, texts in BEYOND_A_SCHEMA.items():
            for text in texts:
                with self.subTest(name, text=text):
                    self.assertTrue(self.schema_accepts(name, text))
                    self.assertFalse(self.connector_accepts(name, text))

    # The platform encrypts a secret before it validates the complete configuration.
    def test_an_encrypted_secret_is_accepted(self):
        secrets = [name for name, made in self.schema["properties"].items() if made.get("writeOnly")]
        self.assertGreater(len(secrets), 5)
        for name in secrets:
            with self.subTest(name):
                self.validator.validate({**NEEDED, name: base64.b64encode(bytes(range(256))).decode()})

    # The platform compiles patterns with the Unicode flag, which allows fewer escapes than Python.
    def test_the_patterns_are_javascripts_too(self):
        patterns = sorted({made["pattern"] for made in self.schema["properties"].values() if "pattern" in made})
        script = "for (const pattern of JSON.parse(process.argv[1])) new RegExp(pattern, 'u');"
        ended = subprocess.run(["nodejs", "-e", script, json.dumps(patterns)], capture_output=True, text=True, check=False)
        self.assertEqual(ended.returncode, 0, ended.stderr)


if __name__ == "__main__":
    unittest.main()
