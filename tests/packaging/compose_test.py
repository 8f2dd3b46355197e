"""docker-compose.yml: it has every setting once, with its default, and the service has no more rights than it needs."""

import re
import unittest

import yaml

from support import ROOT, sampled_settings

TEXT = (ROOT / "docker-compose.yml").read_text()
SERVICE = yaml.safe_load(TEXT)["services"]["connector-kaspersky-enrichment"]
# Settings that the image sets itself.
SET_BY_THE_IMAGE = {"CONNECTOR_HTTP_PORT": "8080"}


class Variables(unittest.TestCase):
    def setUp(self):
        self.lines = re.findall(r"^ +(#?) ?- '?([A-Z0-9_]+)=(.*?)'?$", TEXT, re.MULTILINE)

    def test_are_those_of_the_table_in_its_order(self):
        self.assertEqual([name for _, name, _ in self.lines], list(sampled_settings()))

    def test_with_a_default_are_commented_out_with_it(self):
        expected = {**{name: value for name, (value, waits) in sampled_settings().items() if not waits},
                    **SET_BY_THE_IMAGE}
        self.assertEqual({name: value for comment, name, value in self.lines if comment}, expected)

    def test_without_a_default_wait_for_a_value(self):
        self.assertEqual(SERVICE["environment"], ["OPENCTI_URL=http://localhost", "OPENCTI_TOKEN=ChangeMe", "CONNECTOR_ID=ChangeMe",
                                                  "CONNECTOR_LOG_LEVEL=info", "KASPERSKY_API_KEY=ChangeMe"])

    def test_keep_their_shown_values_once_they_are_in_use(self):
        service = yaml.safe_load(TEXT.replace("# - ", "- "))["services"]["connector-kaspersky-enrichment"]
        self.assertEqual(service["environment"], [f"{name}={value}" for _, name, value in self.lines])
        # Compose would replace a variable after a dollar sign.
        self.assertNotIn("$", TEXT)


class Network(unittest.TestCase):
    def test_once_in_use_is_opencti_s_and_is_not_made(self):
        text = re.sub(r"(?m)^( *)# (?=networks:|  - opencti$|  opencti:|    (?:name|external): )", r"\1", TEXT)
        compose = yaml.safe_load(text)
        self.assertEqual(compose["services"]["connector-kaspersky-enrichment"]["networks"], ["opencti"])
        self.assertEqual(compose["networks"], {"opencti": {"name": "opencti_default", "external": True}})
        self.assertNotIn("networks", yaml.safe_load(TEXT))

    def test_is_spoken_of_before_it_is_started(self):
        docker = (ROOT / "README.md").read_text().partition("\n### Docker\n")[2]
        self.assertIn("network", docker.partition("docker compose up")[0])


class Service(unittest.TestCase):
    def test_is_named_as_the_ecosystem_wants(self):
        self.assertEqual(SERVICE["image"], "opencti/connector-kaspersky-enrichment:latest")

    def test_is_built_and_never_pulled(self):
        self.assertEqual((SERVICE["build"], SERVICE["pull_policy"]), (".", "build"))

    def test_is_started_again(self):
        self.assertEqual(SERVICE["restart"], "always")

    def test_may_do_little(self):
        self.assertEqual((SERVICE["read_only"], SERVICE["cap_drop"], SERVICE["security_opt"]), (True, ["ALL"], ["no-new-privileges:true"]))

    def test_leaves_no_core_dump_and_starts_a_bounded_number_of_threads(self):
        self.assertEqual(SERVICE["ulimits"], {"core": 0})
        self.assertLessEqual(SERVICE["pids_limit"], 512)

    def test_keeps_its_state_on_a_volume(self):
        dockerfile = (ROOT / "Dockerfile").read_text()
        folder = re.search(r"^VOLUME (.+)$", dockerfile, re.MULTILINE)[1]
        name, path = SERVICE["volumes"][0].split(":")
        self.assertEqual((path, list(yaml.safe_load(TEXT)["volumes"])), (folder, [name]))

    def test_is_given_more_time_to_stop_than_it_takes(self):
        grace = int(sampled_settings()["CONNECTOR_SHUTDOWN_GRACE"][0])
        self.assertGreater(int(SERVICE["stop_grace_period"].removesuffix("s")), grace + 10)


if __name__ == "__main__":
    unittest.main()
