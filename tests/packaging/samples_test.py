"""The sample of each kind of deployment: it names only settings that exist, has a place for each required one, and is accepted once
these are filled in."""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import yaml

from support import ROOT, objects, sampled_settings

PROGRAM = os.environ["KASPERSKY_ENRICHMENT_PROGRAM"]
CONFIGURATION = 78
SCHEMA = json.loads(subprocess.run([PROGRAM, "schema"], capture_output=True, check=True, timeout=20).stdout)
# CONNECTOR_ID is not in the schema, because the platform generates an id.
NAMES = {*SCHEMA["properties"], "CONNECTOR_ID", *(f"{name}_FILE" for name, about in SCHEMA["properties"].items() if about.get("writeOnly"))}
ID = "4b0c8a3e-8d0a-4b6e-9d53-0c9e6f2b7a11"


def read(path):
    return (ROOT / path).read_text()


def compose():
    lines = re.findall(r"(?m)^ +(#?) ?- '?([A-Z0-9_]+)=(.*?)'?$", read("docker-compose.yml"))
    return {name: (value, not comment) for comment, name, value in lines}


def replicas():
    first, _ = yaml.safe_load(read("docker-compose.replicas.yml"))["services"].values()
    return {**compose(), **{name: (value, True) for name, value in first["environment"].items()}}


def kubernetes(name="kaspersky-enrichment"):
    manifest = objects(f"kubernetes/{name}.yaml")
    return {name: (value, True) for name, value in {**manifest["ConfigMap"]["data"], **manifest["Secret"]["stringData"]}.items()}


def unit():
    variables = re.findall(r"(?m)^Environment=([A-Z0-9_]+)=(.*)$", read("packaging/kaspersky-enrichment.service.in"))
    state = "/var/lib"
    return {**{name: (value.replace("%S", state), True) for name, value in variables}, **sampled_settings(read("packaging/environment"))}


def image():
    variables = re.search(r"(?m)^ENV (.+)$", read("Dockerfile").replace("\\\n", ""))[1]
    return {name: (value, True) for name, value in re.findall(r"([A-Z0-9_]+)=(\S+)", variables)}


# → {name: (value, whether the line is in use)}, as the container or the process gets them. chart_test.py compares the Helm chart with the
# manifests.
KINDS = {".env.sample": sampled_settings, "compose": lambda: {**image(), **compose()}, "compose, replicas": lambda: {**image(), **replicas()},
         "kubernetes": lambda: {**image(), **kubernetes()},
         "kubernetes, replicas": lambda: {**image(), **kubernetes("kaspersky-enrichment-replicas")}, "unit": unit}


def in_use(kind):
    return {name: value for name, (value, used) in KINDS[kind]().items() if used}


def filled_in(settings):
    return {name: value.replace("ChangeMe", ID) for name, value in settings.items()}


class Samples(unittest.TestCase):
    def check(self, environment, *options):
        """Runs `check --offline` in a folder without a config.yml."""
        folder = self.enterContext(tempfile.TemporaryDirectory())
        here = {name: value.replace("/var/lib/kaspersky-enrichment", folder) for name, value in environment.items()}
        return subprocess.run([PROGRAM, *options, "check", "--offline"], cwd=folder, env={"PATH": os.environ["PATH"], **here},
                              capture_output=True, text=True, timeout=20, check=False)

    def test_every_name_is_a_setting(self):
        for kind, settings in KINDS.items():
            with self.subTest(kind):
                self.assertGreater(len(settings()), 5)
                self.assertEqual(settings().keys() - NAMES, set())

    def test_required_settings_have_an_active_line(self):
        self.assertEqual(set(SCHEMA["required"]), {"OPENCTI_URL", "OPENCTI_TOKEN", "KASPERSKY_API_KEY"})
        for kind in KINDS:
            with self.subTest(kind):
                self.assertLessEqual(set(SCHEMA["required"]), in_use(kind).keys())

    def test_as_shipped_it_waits_for_the_missing_values(self):
        for kind in KINDS:
            with self.subTest(kind):
                ended = self.check(in_use(kind))
                self.assertEqual(ended.returncode, CONFIGURATION)
                waiting = {name for name, value in in_use(kind).items() if value == "ChangeMe"}
                self.assertGreaterEqual(waiting, {"OPENCTI_TOKEN", "CONNECTOR_ID", "KASPERSKY_API_KEY"})
                self.assertEqual(set(re.findall(r"(?m)^  ([A-Z_]+) ", ended.stderr)), waiting)

    def test_filled_in_it_is_accepted_without_a_warning(self):
        for kind in KINDS:
            with self.subTest(kind):
                ended = self.check(filled_in(in_use(kind)))
                self.assertEqual((ended.returncode, ended.stderr), (0, ""), ended.stdout)

    def test_so_is_the_file(self):
        file = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory())) / "config.yml"
        text = read("config.yml.sample")
        file.write_text(text)
        self.assertEqual(self.check({}, "--config", str(file)).returncode, CONFIGURATION)
        file.write_text(text.replace("ChangeMe", ID))
        ended = self.check({}, "--config", str(file))
        self.assertEqual((ended.returncode, ended.stderr), (0, ""), ended.stdout)

    def test_every_kind_of_the_documents_is_here(self):
        deployment = read("README.md").partition("\n## Deployment\n")[2].partition("\n## ")[0]
        self.assertEqual(re.findall(r"(?m)^### (.*)$", deployment), ["Docker", "Manual", "Instead of the Python connector"])
        kinds = re.findall(r"(?m)^## ((?:With|In|As|From|On) .*)$", read("docs/install.md"))
        self.assertEqual(kinds, ["With docker compose", "In a cluster", "With Helm", "As a Debian package", "From source", "On other systems"])


if __name__ == "__main__":
    unittest.main()
