"""The Helm chart: its schema agrees with the table of settings, its values are valid, its templates name values that exist, and it agrees
with the manifests. If `helm` is installed, the chart is also linted, and its output is compared with the manifests."""

import copy
import importlib.machinery
import importlib.util
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

import jsonschema
import yaml

from support import ROOT, objects

PROGRAM = os.environ["KASPERSKY_ENRICHMENT_PROGRAM"]
CHART = ROOT / "kubernetes" / "helm" / "kaspersky-enrichment"
SETTINGS = json.loads(subprocess.run([PROGRAM, "schema"], capture_output=True, check=True, timeout=20).stdout)
NAMES = {*SETTINGS["properties"], "CONNECTOR_ID", *(f"{name}_FILE" for name, about in SETTINGS["properties"].items() if about.get("writeOnly"))}
SCHEMA = json.loads((CHART / "values.schema.json").read_text())
VALUES = yaml.safe_load((CHART / "values.yaml").read_text())
EXAMPLES = {path.stem: path for path in sorted((CHART / "examples").glob("*.yaml"))}
# The manifest that each example of the chart corresponds to.
MANIFESTS = {"one-replica": "kubernetes/kaspersky-enrichment.yaml", "two-replicas": "kubernetes/kaspersky-enrichment-replicas.yaml"}
TEMPLATES = {path.name: path.read_text() for path in sorted((CHART / "templates").iterdir())}
ID = "4b0c8a3e-8d0a-4b6e-9d53-0c9e6f2b7a11"
HELM = shutil.which("helm")


def merged(values, more):
    """Merges values as Helm does: maps are merged, everything else is replaced."""
    both = isinstance(values, dict) and isinstance(more, dict)
    return {name: merged(values.get(name), more[name]) if name in more else values[name] for name in {**values, **more}} if both else more


def example(name, fill=True):
    text = EXAMPLES[name].read_text()
    return merged(VALUES, yaml.safe_load(text.replace("ChangeMe", ID) if fill else text))


def found_in(values):
    """→ the path of each value that the schema rejects"""
    return {".".join(map(str, error.absolute_path)) for error in jsonschema.Draft7Validator(SCHEMA).iter_errors(values)}


def with_settings(**settings):
    return merged(VALUES, {"settings": settings})


def tool():
    loader = importlib.machinery.SourceFileLoader("chart_schema", str(ROOT / "tools" / "chart_schema"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


class Schema(unittest.TestCase):
    def test_matches_the_table_of_settings(self):
        made = subprocess.run([ROOT / "tools" / "chart_schema"], input=json.dumps(SETTINGS), capture_output=True, text=True, check=True).stdout
        self.assertEqual((CHART / "values.schema.json").read_text(), made, "run ./dev generate")

    def test_is_one(self):
        jsonschema.Draft7Validator.check_schema(SCHEMA)

    def test_has_each_setting_where_it_belongs(self):
        plain, secret = (SCHEMA["properties"][where]["properties"].keys() for where in ("settings", "secrets"))
        self.assertEqual({name for name in plain | secret if not name.endswith("_FILE")}, {*SETTINGS["properties"], "CONNECTOR_ID"})
        self.assertEqual((plain | secret) - NAMES, set())
        self.assertEqual({name for name in plain & secret if not name.endswith("_PROXY")}, set())
        self.assertLess({"OPENCTI_TOKEN", "KASPERSKY_API_KEY"}, secret)

    # Go's regular expressions, which Helm uses, support no other syntax.
    def test_has_no_pattern_that_helm_cannot_read(self):
        patterns = re.findall(r'"pattern": "(.*)"', (CHART / "values.schema.json").read_text())
        self.assertGreater(len(patterns), 50)
        self.assertEqual([pattern for pattern in patterns if re.search(r"\(\?(?!:)", pattern)], [])

    def test_accepts_the_values_that_the_program_s_schema_accepts(self):
        validator = jsonschema.Draft202012Validator(SETTINGS)
        words = ["", " ", "a", "ChangeMe", "a b", "a\nb", "http://opencti:8080", "a" * 2084, "X-Key:ChangeMe", "X-Key:a;X-Other:b", "red:100", "default:24h",
                 "TLP:RED", "ä", "PAP:RED", "minio", "[::1]", "true", True, False, 0, 1, 7, 64, 65, 65536, ["StixFile"], ["red"], []]
        # Probes need a port, and YAML booleans are also accepted as switches.
        others = [("CONNECTOR_HTTP_PORT", 0), ("OPENCTI_SSL_VERIFY", True), ("OPENCTI_SSL_VERIFY", False)]
        for name, about in SETTINGS["properties"].items():
            for place in ("settings", "secrets"):
                made = SCHEMA["properties"][place]["properties"].get(name)
                for word in words if made else []:
                    # As in the environment, a text is accepted for a value of another type.
                    if (name, word) in others or isinstance(word, str) and about["type"] != "string":
                        continue
                    with self.subTest(name, word=word):
                        self.assertEqual(jsonschema.Draft7Validator(made).is_valid(word), validator.evolve(schema=about).is_valid(word))

    def test_takes_texts_in_place_of_numbers_switches_and_lists(self):
        self.assertEqual(found_in(with_settings(CONNECTOR_WORKERS="8", CONNECTOR_AUTO="true", OPENCTI_SSL_VERIFY=False,
                                                CONNECTOR_SCOPE="StixFile, Url")), set())

    def test_rejects_texts_that_are_not_values(self):
        for name, value in (("CONNECTOR_WORKERS", 65), ("CONNECTOR_WORKERS", "many"), ("CONNECTOR_AUTO", "maybe"), ("CONNECTOR_SCOPE", "StixFile;Url"),
                            ("CONNECTOR_MAX_TLP", "RED"), ("OPENCTI_URL", "opencti:8080"), ("CONNECTOR_ID", "ChangeMe"),
                            ("CONNECTOR_HTTP_PORT", 0)):
            with self.subTest(name, value=value):
                self.assertEqual(found_in(with_settings(**{name: value})), {f"settings.{name}"})

    def test_rejects_names_that_are_not_settings_and_secrets_in_the_wrong_place(self):
        for values in (with_settings(CONNECTOR_AUTOMATIC=True), with_settings(OPENCTI_TOKEN=ID), with_settings(KASPERSKY_API_KEY=ID)):
            self.assertEqual(found_in(values), {"settings"})
        self.assertEqual(found_in(merged(VALUES, {"secrets": {"CONNECTOR_AUTO": "true"}})), {"secrets"})
        self.assertEqual(found_in(merged(VALUES, {"replicaCount": 2})), {""})
        self.assertEqual(found_in(with_settings(OPENCTI_TOKEN_FILE="/run/secrets/token")), set())

    def test_rejects_several_replicas_without_a_store(self):
        self.assertNotEqual(found_in(merged(VALUES, {"replicas": 2})), set())
        self.assertEqual(found_in(merged(VALUES, {"replicas": 2, "store": {"enabled": True}})), set())

    def test_is_made_without_lookarounds_or_not_at_all(self):
        matching = tool().matching
        self.assertEqual(matching("^(?!a|b)(?=.*c)[)(]+$"), [{"not": {"pattern": "^(a|b)"}}, {"pattern": "^.*c"}, {"pattern": "^[)(]+$"}])
        for pattern in ("a", "^a(?!b)$"):
            with self.assertRaises(ValueError):
                matching(pattern)


class Values(unittest.TestCase):
    def test_of_the_chart_are_valid(self):
        self.assertEqual(found_in(VALUES), set())

    def test_of_each_example_are_valid_once_they_are_filled_in(self):
        self.assertEqual(EXAMPLES.keys(), MANIFESTS.keys())
        for name in EXAMPLES:
            with self.subTest(name):
                self.assertEqual(found_in(example(name)), set())

    def test_of_each_example_wait_for_the_missing_values(self):
        for name in EXAMPLES:
            values = example(name, fill=False)
            waiting = {f"{place}.{key}" for place in ("settings", "secrets") for key, value in values[place].items() if value == "ChangeMe"}
            self.assertGreaterEqual(waiting, {"settings.CONNECTOR_ID", "secrets.OPENCTI_TOKEN", "secrets.KASPERSKY_API_KEY"})
            with self.subTest(name):
                self.assertEqual(found_in(values), waiting)

    def test_of_each_example_name_the_id_s_origin(self):
        for path in EXAMPLES.values():
            self.assertRegex(path.read_text(), r"uuidgen[^\n]*\n +CONNECTOR_ID: ChangeMe")


class Version(unittest.TestCase):
    def test_is_that_of_the_program(self):
        about = yaml.safe_load((CHART / "Chart.yaml").read_text())
        version = re.search(r"(?m)^project\(kaspersky-enrichment VERSION (\S+) ", (ROOT / "CMakeLists.txt").read_text())[1]
        self.assertEqual((about["version"], about["appVersion"]), (version, version))
        self.assertEqual(VALUES["image"], {"repository": "", "tag": "", "pullPolicy": "IfNotPresent"})


class Templates(unittest.TestCase):
    ACTION = re.compile(r"\{\{-?\s*(/\*.*?\*/|.*?)\s*-?\}\}", re.DOTALL)

    def actions(self, text):
        return [action for action in self.ACTION.findall(text) if not action.startswith("/*")]

    def test_close_their_blocks(self):
        for name, text in TEMPLATES.items():
            with self.subTest(name):
                self.assertEqual(self.ACTION.sub("", text).count("{{") + self.ACTION.sub("", text).count("}}"), 0)
                first = [action.split()[0] for action in self.actions(text)]
                self.assertEqual(sum(word in ("if", "with", "range", "define") for word in first), first.count("end"))
                for action in self.actions(text):
                    plain = re.sub(r'"(?:[^"\\]|\\.)*"', '""', action)
                    self.assertEqual((plain.count("("), plain.count('"') % 2), (plain.count(")"), 0), action)

    def test_include_defined_templates(self):
        text = "\n".join(TEMPLATES.values())
        defined = set(re.findall(r'define "([^"]+)"', text))
        self.assertEqual(set(re.findall(r'include "([^"]+)"', text)), defined)

    def test_read_each_value_that_there_is_and_no_other(self):
        read = set(re.findall(r"\.Values\.([\w.]+)", "\n".join(TEMPLATES.values())))

        def paths(values, before=""):
            for name, value in values.items():
                # The content of these values is passed on unchanged.
                closed = isinstance(value, dict) and SCHEMA["properties"].get(name, {}).get("additionalProperties") is False
                if closed and name not in ("settings", "secrets"):
                    yield from paths(value, f"{before}{name}.")
                else:
                    yield before + name
        self.assertEqual({".".join(path.split(".")[:1 if path.startswith(("settings", "secrets")) else 2]) for path in read}, set(paths(VALUES)))

    def test_name_settings_that_there_are(self):
        for name, text in TEMPLATES.items():
            with self.subTest(name):
                self.assertEqual(set(re.findall(r"\b(?:CONNECTOR|KASPERSKY|OPENCTI)_[A-Z_]*[A-Z]\b", text)) - NAMES, set())

    def test_have_the_defaults_of_the_table(self):
        defaults = set(re.findall(r"settings\.([A-Z_]+) \| default (\d+)", TEMPLATES["deployment.yaml"]))
        self.assertEqual(defaults, {(name, str(SETTINGS["properties"][name]["default"])) for name in ("CONNECTOR_MEMORY_LIMIT", "CONNECTOR_SHUTDOWN_GRACE")})

    def test_values_differ_from_the_schema_in_nothing(self):
        for name, about in SCHEMA["properties"].items():
            if name != "global":
                self.assertIn(name, VALUES)
            if about.get("additionalProperties") is False and name not in ("settings", "secrets"):
                self.assertEqual(VALUES[name].keys(), about["properties"].keys())


class SameAsTheManifest(unittest.TestCase):
    """Values that the templates pass on unchanged."""

    POD = objects(MANIFESTS["one-replica"])["Deployment"]["spec"]["template"]["spec"]
    CONTAINER = POD["containers"][0]
    POLICY = objects(MANIFESTS["two-replicas"])["NetworkPolicy"]["spec"]

    def test_probes_and_rights(self):
        for name in ("startupProbe", "livenessProbe", "readinessProbe", "securityContext"):
            self.assertEqual(VALUES[name], self.CONTAINER[name])
        self.assertEqual(VALUES["podSecurityContext"], self.POD["securityContext"])

    def test_network(self):
        self.assertEqual((VALUES["networkPolicy"]["ingress"], VALUES["networkPolicy"]["egress"]), (self.POLICY["ingress"], self.POLICY["egress"]))

    def test_resources(self):
        wanted = copy.deepcopy(self.CONTAINER["resources"])
        memory = wanted["limits"].pop("memory")
        self.assertEqual(VALUES["resources"], wanted)
        # The template calculates the same sum.
        outside = int(re.search(r"CONNECTOR_MEMORY_LIMIT \| default 256\)\) (\d+)", TEMPLATES["deployment.yaml"])[1])
        self.assertEqual(memory, f"{SETTINGS['properties']['CONNECTOR_MEMORY_LIMIT']['default'] + outside}Mi")
        spare = int(re.search(r"CONNECTOR_SHUTDOWN_GRACE \| default 25\)\) (\d+)", TEMPLATES["deployment.yaml"])[1])
        self.assertEqual(self.POD["terminationGracePeriodSeconds"], SETTINGS["properties"]["CONNECTOR_SHUTDOWN_GRACE"]["default"] + spare)

    def test_lines_that_are_the_same_everywhere(self):
        for line in ("automountServiceAccountToken: false", "enableServiceLinks: false"):
            self.assertIn(line, TEMPLATES["deployment.yaml"])
            name, value = line.split(": ")
            self.assertEqual(self.POD[name], yaml.safe_load(value))

    def test_settings(self):
        for name, path in MANIFESTS.items():
            manifest = objects(path)
            values = example(name, fill=False)
            with self.subTest(name):
                self.assertEqual(values["secrets"], manifest["Secret"]["stringData"])
                self.assertEqual({key: str(value) for key, value in values["settings"].items()},
                                 {key: value for key, value in manifest["ConfigMap"]["data"].items() if key != "KASPERSKY_CACHE_PATH"})
                self.assertIn(json.dumps(manifest["ConfigMap"]["data"]["KASPERSKY_CACHE_PATH"]), TEMPLATES["configmap.yaml"])
                self.assertEqual((values["replicas"], values["store"]["enabled"]),
                                 (manifest["Deployment"]["spec"]["replicas"], "CONNECTOR_STORE" in values["secrets"]))


@unittest.skipUnless(HELM, "helm is not installed")
class Rendered(unittest.TestCase):
    def helm(self, *words, **values):
        path = os.path.join(self.enterContext(tempfile.TemporaryDirectory()), "values.yaml")
        with open(path, "w", encoding="utf-8") as file:
            yaml.safe_dump(values, file)
        return subprocess.run([HELM, *words, CHART, "--values", path], capture_output=True, text=True, timeout=50, check=False)

    def rendered(self, **values):
        ended = self.helm("template", "kaspersky-enrichment", **values)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        return {entry["kind"]: entry for entry in yaml.safe_load_all(ended.stdout) if entry}

    def plain(self, found):
        """A rendered object without the labels and annotations that the chart adds for Helm."""
        if isinstance(found, dict):
            names = {name: self.plain(value) for name, value in found.items()}
            for name in ("app.kubernetes.io/instance", "app.kubernetes.io/version", "app.kubernetes.io/managed-by", "helm.sh/chart"):
                names.pop(name, None)
            if {"name", "labels"} <= names.keys() or names.keys() == {"labels", "annotations"}:
                names.pop("annotations", None)
            return names
        return [self.plain(value) for value in found] if isinstance(found, list) else found

    def test_is_linted(self):
        for values in ({}, *({**example(name)} for name in EXAMPLES)):
            ended = self.helm("lint", "--strict", **values)
            self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)

    def test_is_what_the_manifests_say(self):
        for name, path in MANIFESTS.items():
            with self.subTest(name):
                manifest = objects(path)
                for where in ("ConfigMap", "Secret"):
                    values = manifest[where].get("data", manifest[where].get("stringData"))
                    values.update({key: value.replace("ChangeMe", ID) for key, value in values.items()})
                self.assertEqual(self.plain(self.rendered(**example(name))), manifest)

    def test_numbers_and_lists_are_texts_of_the_environment(self):
        values = merged(example("one-replica"), {"settings": {"KASPERSKY_DAILY_QUOTA": 1000000, "CONNECTOR_SCOPE": ["StixFile", "Url"], "CONNECTOR_AUTO": False}})
        data = self.rendered(**values)["ConfigMap"]["data"]
        self.assertEqual((data["KASPERSKY_DAILY_QUOTA"], data["CONNECTOR_SCOPE"], data["CONNECTOR_AUTO"]), ("1000000", "StixFile,Url", "false"))

    def test_resources_and_time_follow_the_settings(self):
        values = merged(example("one-replica"), {"settings": {"CONNECTOR_MEMORY_LIMIT": 512, "CONNECTOR_SHUTDOWN_GRACE": 60, "CONNECTOR_HTTP_PORT": 9000}})
        pod = self.rendered(**values)["Deployment"]["spec"]["template"]["spec"]
        self.assertEqual((pod["containers"][0]["resources"]["limits"]["memory"], pod["terminationGracePeriodSeconds"],
                          pod["containers"][0]["ports"][0]["containerPort"]), ("640Mi", 75, 9000))

    def test_a_secret_of_one_s_own_is_in_place_of_the_chart_s(self):
        made = self.rendered(**{**example("one-replica"), "secrets": {}, "existingSecret": "mine"})
        self.assertNotIn("Secret", made)
        self.assertEqual(made["Deployment"]["spec"]["template"]["spec"]["containers"][0]["envFrom"][1:], [{"secretRef": {"name": "mine"}}])

    def test_missing_values_are_reported(self):
        one, two = example("one-replica"), example("two-replicas")
        without_address = {**one, "settings": {name: value for name, value in one["settings"].items() if name != "OPENCTI_URL"}}
        for values, text in (({}, "Set image.repository"), (without_address, "Set settings.OPENCTI_URL"),
                             ({**one, "secrets": {"OPENCTI_TOKEN": ID}}, "Set secrets.KASPERSKY_API_KEY"),
                             ({**two, "secrets": one["secrets"]}, "Set secrets.CONNECTOR_STORE"),
                             ({**one, "secrets": two["secrets"]}, "CONNECTOR_STORE needs store.enabled=true")):
            with self.subTest(text):
                ended = self.helm("template", "kaspersky-enrichment", **values)
                self.assertNotEqual(ended.returncode, 0)
                self.assertIn(text, ended.stderr)


if __name__ == "__main__":
    unittest.main()
