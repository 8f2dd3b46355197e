"""The rules of the ecosystem's linter, applied by their meaning.

The linter reads Python, so it cannot check this connector. RULES has each rule with its meaning here, and with the tests that check
it: the name of a test case elsewhere, or `here` and a test of this file. Rules for Python only have no tests.
"""

import json
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SLUG = "kaspersky-enrichment"

RULES = {
    "VC101": ("the samples' token is ChangeMe", ["here.the_samples_wait_for_token_and_key", "ConfigYmlSample.LacksOnlyTheTokensAndTheId"]),
    "VC102": ("the platform in the samples is http://localhost", ["here.the_samples_name_a_local_platform"]),
    "VC103": ("variables have the prefixes of the platform, of its Python client or of the connector",
              ["here.variables_have_known_prefixes", "LongNames.AreReadLikeTheShortOnes"]),
    "VC104": ("config.yml.sample and .env.sample exist; settings with a default are commented out, with the default",
              ["here.samples_are_commented_where_there_is_a_default", "ConfigYmlSample.ShowsTheDefaults",
               "GeneratedFiles.MatchTheTableOfSettings"]),
    "VC105": ("no sample and no default has a date", ["here.no_sample_has_a_date"]),
    "VC202": ("the manifest names the image", ["manifest.the_name_is_that_of_the_connector_everywhere"]),
    "VC203": ("the short description has a maximum of 250 characters", ["manifest.texts_are_as_long_as_they_may_be"]),
    "VC301": ("the author is an organization", ["here.bundles_have_an_organization_as_author",
                                                "ConvertObjects.TheAuthorComesAlongAlsoWhereTheObservableHasAnother"]),
    "VC302": ("all created objects name the author", ["ConvertObjects.AllIsOursWhereverTheAuthorIsWritten"]),
    "VC303": ("the type of the connector cannot be chosen", ["here.the_type_cannot_be_chosen", "Load.OnlyTheOneConnectorTypeIsAccepted",
                                                             "Registering.OffersEnrichmentAlsoInPlaybooks"]),
    "VC304": ("markings are checked before anything is sent", ["EnricherTest.OverTheTlpNothingLeaves",
                                                                "lookup_policy.stricter_markings_are_not_asked_about",
                                                                "lookup_policy.of_several_markings_the_strictest_counts"]),
    "VC305": ("Python: settings derive from the SDK's", []),
    "VC306": ("by default only errors are logged", ["here.the_log_level_is_error_by_default",
                                                                "log.by_default_only_errors_are_logged"]),
    "VC307": ("a failure is logged as a warning or an error", ["here.failures_are_not_logged_as_information",
                                                               "PipelineTest.AFailureOfOursIsReportedAndTheOthersGoOn"]),
    "VC308": ("Python: a traceback in main.py", []),
    "VC309": ("Python: absolute imports", []),
    "VC310": ("only the enriched object gets a link to Kaspersky", ["here.only_the_enriched_object_has_references"]),
    "VC311": ("created objects are marked", ["here.objects_of_ours_alone_are_marked", "EntitiesTest.SharedObjectsHaveAnAuthorAndNoMarking"]),
    "VC312": ("no bundle refers to an object that does not exist", ["Samples.KeepTheRulesOfEveryBundle", "BundleRules.FindObjectsThatThePlatformWouldReject",
                                                        "Splitter.DropsARelationshipThatACycleLeavesWithoutAnEnd"]),
    "VC313": ("ids are those that the Python client generates", ["Ids.AreThoseOfThePythonClient", "Samples.BecomeTheSameTwice"]),
    "VC314": ("for connectors that import", []),
    "VC315": ("for connectors that import", []),
    "VC316": ("for connectors that import", []),
    "VC317": ("for connectors that import", []),
    "VC318": ("Python: helper.listen. Here messages are taken from the queue that the platform names",
              ["PresenceTest.RegistersReportsWhereToListenAndPings"]),
    "VC319": ("a playbook with an object out of scope gets its bundle back", ["playbook.types_outside_the_scope_come_back_unchanged",
                                                               "UnchangedPlaybook.OutOfScopeIsAnsweredWithTheOriginal"]),
    "VC320": ("objects with too strict markings are rejected", ["lookup_policy.stricter_markings_are_not_asked_about",
                                                             "lookup_policy.markings_up_to_the_limit_are_asked_about",
                                                             "UnchangedPlaybook.OverTheTlpIsAnsweredWithTheOriginal"]),
    "VC321": ("the connector offers itself to playbooks", ["Registering.OffersEnrichmentAlsoInPlaybooks"]),
    "VC322": ("a playbook keeps the objects that it had", ["playbook.it_gets_the_bundle_with_the_new_values",
                                                      "playbook.its_answer_has_the_previous_bundle"]),
    "VC323": ("for connectors that read a stream", []),
    "VC324": ("a later enrichment creates no second relationship with other dates, because dates are not part of the id",
              ["Builders.ARelationshipIsItsTypeAndItsEnds", "types.a_second_enrichment_adds_no_object"]),
    "VC325": ("settings are tested", ["Table.EveryDefaultIsAccepted", "settings.all_problems_come_at_once"]),
    "VC326": ("Python: defaults of lists. Here a list's default is read like any other text", ["Table.EveryDefaultIsAccepted"]),
    "VC401": ("docker-compose.yml uses the connector's image", ["here.compose_runs_the_connectors_image"]),
    "VC402": ("the image starts the program itself", ["here.the_image_starts_the_program_itself"]),
    "VC501": ("no interval: nothing is polled", ["here.no_setting_is_one_that_the_ecosystem_dropped"]),
    "VC502": ("no report_status", ["here.no_setting_is_one_that_the_ecosystem_dropped"]),
    "VC503": ("Python: helper.log_*. Here each line has the same form", ["log.each_line_is_a_json_object_of_the_same_form"]),
    "VC504": ("no confidence: the platform sets it", ["here.nothing_has_a_confidence", "here.no_setting_is_one_that_the_ecosystem_dropped"]),
    "VC505": ("only bundles change anything on the platform", ["here.the_platform_is_changed_by_bundles_alone"]),
    "VC506": ("no UPDATE_EXISTING_DATA", ["here.no_setting_is_one_that_the_ecosystem_dropped"]),
}

# Prefixes of the variables that the Python client itself reads, for any connector.
PREFIXES = ("OPENCTI_", "CONNECTOR_", "KASPERSKY_", "MQ_", "S3_", "LISTEN_PROTOCOL_API_", "HTTPS_", "HTTP_", "ALL_PROXY", "NO_PROXY")
# The mutations for registration, works, answers and drafts. Imports go through bundles.
MUTATIONS = {"registerConnector", "pingConnector", "workEdit", "stixBundlePush", "uploadPending", "playbookStepExecution",
             "draftWorkspaceAdd"}
# Objects of these types belong to everybody, or are the author's own.
SHARED = {"identity", "location", "autonomous-system", "marking-definition"}
DATE = re.compile(r"\b(19|20)\d\d-\d\d-\d\d\b")


def read(path):
    return (ROOT / path).read_text()


def schema():
    return json.loads(read("__metadata__/connector_config_schema.json"))["properties"]


def as_text(value):
    """The value as in the environment."""
    if isinstance(value, list):
        return ",".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def bundles():
    """→ for each sample: its folder, the id of its observable, and the objects that are sent"""
    for path in sorted((ROOT / "samples").glob("*/*/expected.bundle.json")):
        observable = json.loads((path.parent / "observable.platform.json").read_text())
        yield path.parent, observable["id"], json.loads(path.read_text())["objects"]


def known_cases():
    python = {f"{path.name.removesuffix('_test.py')}.{name}" for folder in ("system", "catalogue")
              for path in (ROOT / "tests" / folder).glob("*_test.py") for name in re.findall(r"def test_(\w+)", path.read_text())}
    compiled = {".".join(found) for path in (ROOT / "tests").rglob("*_test.cpp")
                for found in re.findall(r"TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\s*\)", path.read_text())}
    here = {f"here.{name.removeprefix('test_')}" for name in dir(Meaning) if name.startswith("test_")}
    return python | compiled | here


class Table(unittest.TestCase):
    def test_every_rule_is_in_it(self):
        numbers = [*range(101, 106), 202, 203, *range(301, 327), 401, 402, *range(501, 507)]
        self.assertEqual(list(RULES), [f"VC{number}" for number in numbers])

    def test_each_is_held_by_cases_that_exist(self):
        known = known_cases()
        for rule, (meaning, cases) in RULES.items():
            with self.subTest(rule):
                self.assertEqual([case for case in cases if case not in known], [])
                for_others = meaning.startswith(("Python:", "for connectors"))
                self.assertTrue(cases or for_others, "the rule has test cases, or says why it has none")


class Meaning(unittest.TestCase):
    def test_the_samples_wait_for_token_and_key(self):
        self.assertRegex(read("config.yml.sample"), r"(?m)^  token: 'ChangeMe'$")
        self.assertRegex(read("config.yml.sample"), r"(?m)^  api_key: 'ChangeMe'$")
        self.assertRegex(read(".env.sample"), r"(?m)^OPENCTI_TOKEN=ChangeMe$")
        self.assertRegex(read(".env.sample"), r"(?m)^KASPERSKY_API_KEY=ChangeMe$")

    def test_the_samples_name_a_local_platform(self):
        self.assertRegex(read("config.yml.sample"), r"(?m)^  url: 'http://localhost'$")
        self.assertRegex(read(".env.sample"), r"(?m)^OPENCTI_URL=http://localhost$")

    def test_variables_have_known_prefixes(self):
        self.assertEqual([name for name in schema() if not name.startswith(PREFIXES)], [])

    def test_samples_are_commented_where_there_is_a_default(self):
        in_use = dict(re.findall(r"(?m)^(\w+)=(.*)$", read(".env.sample")))
        # The id must be the user's own, and the log level shows what is enriched.
        self.assertEqual(list(in_use), ["OPENCTI_URL", "OPENCTI_TOKEN", "CONNECTOR_ID", "CONNECTOR_LOG_LEVEL", "KASPERSKY_API_KEY"])
        commented = dict(re.findall(r"(?m)^#(\w+)=(.*)$", read(".env.sample")))
        for name, made in schema().items():
            if "default" in made and name not in in_use:
                with self.subTest(name):
                    self.assertEqual(commented.get(name), as_text(made["default"]))

    def test_no_sample_has_a_date(self):
        for path in ("config.yml.sample", ".env.sample", "__metadata__/connector_config_schema.json"):
            self.assertIsNone(DATE.search(read(path)), path)

    def test_bundles_have_an_organization_as_author(self):
        for folder, enriched, objects in bundles():
            with self.subTest(folder.name):
                authors = {reference for thing in objects for key in ("created_by_ref", "x_opencti_created_by_ref")
                           if (reference := thing.get(key))}
                by_id = {thing["id"]: thing for thing in objects}
                ours = [by_id[author] for author in authors if author in by_id]
                self.assertTrue(ours or by_id.keys() <= {enriched}, "created objects have an author")
                self.assertEqual({author["identity_class"] for author in ours} - {"organization"}, set())

    def test_the_type_cannot_be_chosen(self):
        self.assertEqual(schema()["CONNECTOR_TYPE"]["const"], "INTERNAL_ENRICHMENT")

    def test_the_log_level_is_error_by_default(self):
        self.assertEqual(schema()["CONNECTOR_LOG_LEVEL"]["default"], "error")

    # Messages that begin like a failure, and are logged with a reason.
    def test_failures_are_not_logged_as_information(self):
        quiet = re.compile(r'log_?\.(?:info|debug)\(\s*"(?:Cannot|Failed|Lost|Refused|Dropped|Dropping)[^"]*"')
        found = [f"{path.name}: {line}" for path in (ROOT / "src").rglob("*.cpp") for line in quiet.findall(path.read_text())]
        self.assertEqual(found, [])

    def test_only_the_enriched_object_has_references(self):
        for folder, enriched, objects in bundles():
            with self.subTest(folder.name):
                self.assertEqual({thing["id"] for thing in objects if thing.get("external_references")} - {enriched}, set())

    def test_objects_of_ours_alone_are_marked(self):
        for folder, enriched, objects in bundles():
            with self.subTest(folder.name):
                unmarked = [thing["id"] for thing in objects if thing["id"] != enriched and thing["type"] not in SHARED
                            and not thing.get("object_marking_refs")]
                self.assertEqual(unmarked, [])

    def test_nothing_has_a_confidence(self):
        for folder, _, objects in bundles():
            with self.subTest(folder.name):
                self.assertEqual([thing["id"] for thing in objects if "confidence" in thing], [])

    def test_no_setting_is_one_that_the_ecosystem_dropped(self):
        given_up = re.compile("INTERVAL|CONFIDENCE|REPORT_STATUS|UPDATE_EXISTING_DATA")
        self.assertEqual([name for name in schema() if given_up.search(name)], [])
        for path in ("config.yml.sample", ".env.sample"):
            self.assertNotRegex(read(path).upper(), given_up)

    def test_the_platform_is_changed_by_bundles_alone(self):
        found = set()
        for path in (ROOT / "src" / "opencti" / "operations").glob("*.graphql"):
            text = path.read_text()
            if text.lstrip().startswith("mutation"):
                found |= set(re.findall(r"(?m)^  (?:\w+: )?(\w+)\(", text))
        self.assertEqual(found - MUTATIONS, set())
        self.assertGreater(len(found), 3)

    def test_compose_runs_the_connectors_image(self):
        path = ROOT / "docker-compose.yml"
        text = path.read_text()
        self.assertRegex(text, rf"(?m)^  connector-{SLUG}:$")
        self.assertRegex(text, rf"(?m)^    image: ['\"]?opencti/connector-{SLUG}:latest['\"]?$")
        self.assertRegex(text, r"(?m)^    restart: (always|unless-stopped)$")
        given = dict(re.findall(r"(?m)^ +- ['\"]?([A-Z0-9_]+)=([^'\"\n]*?)['\"]?(?: +#.*)?$", text))
        for name, value in (("OPENCTI_URL", "http://localhost"), ("OPENCTI_TOKEN", "ChangeMe"), ("CONNECTOR_ID", "ChangeMe"),
                            ("KASPERSKY_API_KEY", "ChangeMe")):
            self.assertEqual(given.get(name), value, name)
        commented = dict(re.findall(r"(?m)^ *# *- ['\"]?([A-Z0-9_]+)=([^'\"\n]*)", text))
        known = schema().keys() | {"CONNECTOR_ID"} | {f"{name}_FILE" for name, made in schema().items() if made.get("writeOnly")}
        self.assertEqual([name for name in [*given, *commented] if name not in known], [])
        for name, value in commented.items():
            if "default" in schema().get(name, {}):
                with self.subTest(name):
                    self.assertEqual(value.strip(), as_text(schema()[name]["default"]))
        self.assertIsNone(DATE.search(text))

    def test_the_image_starts_the_program_itself(self):
        self.assertEqual(list(ROOT.glob("entrypoint.sh")), [])
        path = ROOT / "Dockerfile"
        text = path.read_text()
        self.assertRegex(text, r"(?m)^(ENTRYPOINT|CMD) \[")
        self.assertNotRegex(text, r"(?m)^(ENTRYPOINT|CMD) [^\[]")

    # The platform writes every default of the schema into the container's environment, where it would override the image's values.
    def test_settings_of_the_image_have_no_default_in_the_schema(self):
        path = ROOT / "Dockerfile"
        instructions = re.findall(r"(?m)^ENV +((?:.*\\\n)*.*)$", path.read_text())
        names = [name for text in instructions for name in re.findall(r"\b([A-Z0-9_]+)=", text)]
        self.assertEqual([name for name in names if "default" in schema().get(name, {})], [])


if __name__ == "__main__":
    unittest.main()
