"""The rules of the ecosystem's linter, by what they mean.

The linter reads Python, so that it cannot say of this connector whether it keeps them. Each rule stands in RULES with what it
means here, and with the tests that hold it: a case elsewhere by its name, or one of this file with `here`. A rule that says
something about Python alone has none.
"""

import json
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SLUG = "kaspersky-enrichment"

RULES = {
    "VC101": ("the samples' token is ChangeMe", ["here.the_samples_wait_for_token_and_key", "ConfigYmlSample.LacksOnlyTheTokensAndTheId"]),
    "VC102": ("the samples' platform is http://localhost", ["here.the_samples_name_a_local_platform"]),
    "VC103": ("variables begin as those of the platform, of its Python client or of the connector",
              ["here.variables_have_known_prefixes", "LongNames.AreReadLikeTheShortOnes"]),
    "VC104": ("config.yml.sample and .env.sample are there; what has a default is commented out with it",
              ["here.samples_are_commented_where_there_is_a_default", "ConfigYmlSample.ShowsTheDefaultsAsTheyAre",
               "GeneratedFiles.AreWhatTheTableOfSettingsGives"]),
    "VC105": ("no sample and no default has a date", ["here.no_sample_has_a_date"]),
    "VC202": ("the manifest names the image", ["manifest.the_name_is_that_of_the_connector_everywhere"]),
    "VC203": ("the short description has 250 characters at most", ["manifest.texts_are_as_long_as_they_may_be"]),
    "VC301": ("the author is an organization", ["here.bundles_have_an_organization_as_author",
                                                "ConvertObjects.TheAuthorComesAlongAlsoWhereTheObservableHasAnother"]),
    "VC302": ("all that is made names the author", ["ConvertObjects.AllIsOursWhereverTheAuthorIsWritten"]),
    "VC303": ("the type of the connector cannot be chosen", ["here.the_type_cannot_be_chosen", "Load.OnlyTheOneConnectorTypeIsAccepted",
                                                             "Registering.OffersEnrichmentAlsoInPlaybooks"]),
    "VC304": ("markings are looked at before anything leaves", ["EnricherTest.OverTheTlpNothingLeaves",
                                                                "gates.stricter_markings_are_not_asked_about",
                                                                "gates.of_several_markings_the_strictest_counts"]),
    "VC305": ("Python: settings derive from the SDK's", []),
    "VC306": ("errors alone are logged unless more is wanted", ["here.the_log_level_is_error_by_default",
                                                                "log.by_default_only_errors_are_told"]),
    "VC307": ("a failure is logged as a warning or an error", ["here.failures_are_no_information",
                                                               "PipelineTest.AFailureOfOursIsReportedAndTheOthersGoOn"]),
    "VC308": ("Python: a traceback in main.py", []),
    "VC309": ("Python: absolute imports", []),
    "VC310": ("only what was asked about gets a link to Kaspersky", ["here.only_the_enriched_object_has_references"]),
    "VC311": ("what is made is marked", ["here.what_is_ours_alone_is_marked", "EntitiesTest.SharedObjectsHaveAnAuthorAndNoMarking"]),
    "VC312": ("no bundle points at what is not there", ["Samples.KeepTheRulesOfEveryBundle", "BundleRules.FindWhatThePlatformWouldRefuse",
                                                        "Splitter.DropsARelationshipThatACycleLeavesWithoutAnEnd"]),
    "VC313": ("ids are those that the Python client makes", ["Ids.AreThoseOfThePythonClient", "Samples.BecomeTheSameTwice"]),
    "VC314": ("for connectors that import", []),
    "VC315": ("for connectors that import", []),
    "VC316": ("for connectors that import", []),
    "VC317": ("for connectors that import", []),
    "VC318": ("Python: helper.listen. Here messages are taken from the queue that the platform names",
              ["PresenceTest.RegistersTellsWhereToListenAndPings"]),
    "VC319": ("out of scope a playbook gets its bundle back", ["playbook.types_outside_the_scope_come_back_as_they_were",
                                                               "UnchangedPlaybook.OutOfScopeIsAnsweredWithTheOriginal"]),
    "VC320": ("what is marked too strictly is turned down", ["gates.stricter_markings_are_not_asked_about",
                                                             "gates.markings_up_to_the_limit_are_asked_about",
                                                             "UnchangedPlaybook.OverTheTlpIsAnsweredWithTheOriginal"]),
    "VC321": ("the connector offers itself to playbooks", ["Registering.OffersEnrichmentAlsoInPlaybooks"]),
    "VC322": ("what a playbook had goes on with it", ["playbook.it_gets_the_bundle_with_what_is_new",
                                                      "playbook.it_is_told_what_the_bundle_was_before"]),
    "VC323": ("for connectors that read a stream", []),
    "VC324": ("a later enrichment makes no second relationship with other dates: they are not in the id",
              ["Builders.ARelationshipIsItsTypeAndItsEnds", "types.a_second_enrichment_adds_no_object"]),
    "VC325": ("settings are tested", ["Table.EveryDefaultIsAccepted", "settings.all_problems_come_at_once"]),
    "VC326": ("Python: defaults of lists. Here a list's default is read like any other text", ["Table.EveryDefaultIsAccepted"]),
    "VC401": ("docker-compose.yml takes the connector's image", ["here.compose_runs_the_connectors_image"]),
    "VC402": ("the image starts the program itself", ["here.the_image_starts_the_program_itself"]),
    "VC501": ("no interval: nothing is polled", ["here.no_setting_that_the_ecosystem_gave_up"]),
    "VC502": ("no report_status", ["here.no_setting_that_the_ecosystem_gave_up"]),
    "VC503": ("Python: helper.log_*. Here each line has the same form", ["log.each_line_is_a_json_object_of_the_same_form"]),
    "VC504": ("no confidence: the platform gives it", ["here.nothing_has_a_confidence", "here.no_setting_that_the_ecosystem_gave_up"]),
    "VC505": ("nothing is changed on the platform beside the bundle", ["here.the_platform_is_changed_by_bundles_alone"]),
    "VC506": ("no UPDATE_EXISTING_DATA", ["here.no_setting_that_the_ecosystem_gave_up"]),
}

# What the Python client reads itself, for whatever connector.
PREFIXES = ("OPENCTI_", "CONNECTOR_", "KASPERSKY_", "MQ_", "S3_", "LISTEN_PROTOCOL_API_", "HTTPS_", "HTTP_", "ALL_PROXY", "NO_PROXY")
# What reports, registers and answers, and makes the draft that a result waits in; imports go through bundles.
MUTATIONS = {"registerConnector", "pingConnector", "workEdit", "stixBundlePush", "uploadPending", "playbookStepExecution",
             "draftWorkspaceAdd"}
# Of these many have one: they belong to everybody, or are the author's own.
SHARED = {"identity", "location", "autonomous-system", "marking-definition"}
DATE = re.compile(r"\b(19|20)\d\d-\d\d-\d\d\b")


def read(path):
    return (ROOT / path).read_text()


def schema():
    return json.loads(read("__metadata__/connector_config_schema.json"))["properties"]


def as_text(value):
    """As it stands in the environment."""
    if isinstance(value, list):
        return ",".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def bundles():
    """→ the folder of each sample, its observable's id, and the objects that are sent."""
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
                self.assertTrue(cases or for_others, "a case is named, or it is said why there is none")


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
        # Nobody is to start with the default id, and people want to see what is enriched.
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
                self.assertTrue(ours or by_id.keys() <= {enriched}, "nothing is made without an author")
                self.assertEqual({author["identity_class"] for author in ours} - {"organization"}, set())

    def test_the_type_cannot_be_chosen(self):
        self.assertEqual(schema()["CONNECTOR_TYPE"]["const"], "INTERNAL_ENRICHMENT")

    def test_the_log_level_is_error_by_default(self):
        self.assertEqual(schema()["CONNECTOR_LOG_LEVEL"]["default"], "error")

    # What begins like a failure, and is told together with a reason for it.
    def test_failures_are_no_information(self):
        quiet = re.compile(r'log_?\.(?:info|debug)\(\s*"(?:Cannot|Failed|Lost|Refused|Dropped|Dropping)[^"]*"')
        found = [f"{path.name}: {line}" for path in (ROOT / "src").rglob("*.cpp") for line in quiet.findall(path.read_text())]
        self.assertEqual(found, [])

    def test_only_the_enriched_object_has_references(self):
        for folder, enriched, objects in bundles():
            with self.subTest(folder.name):
                self.assertEqual({thing["id"] for thing in objects if thing.get("external_references")} - {enriched}, set())

    def test_what_is_ours_alone_is_marked(self):
        for folder, enriched, objects in bundles():
            with self.subTest(folder.name):
                unmarked = [thing["id"] for thing in objects if thing["id"] != enriched and thing["type"] not in SHARED
                            and not thing.get("object_marking_refs")]
                self.assertEqual(unmarked, [])

    def test_nothing_has_a_confidence(self):
        for folder, _, objects in bundles():
            with self.subTest(folder.name):
                self.assertEqual([thing["id"] for thing in objects if "confidence" in thing], [])

    def test_no_setting_that_the_ecosystem_gave_up(self):
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

    # The platform writes every default of the schema into the container, over what the image has set.
    def test_what_the_image_sets_has_no_default_in_the_schema(self):
        path = ROOT / "Dockerfile"
        instructions = re.findall(r"(?m)^ENV +((?:.*\\\n)*.*)$", path.read_text())
        names = [name for text in instructions for name in re.findall(r"\b([A-Z0-9_]+)=", text)]
        self.assertEqual([name for name in names if "default" in schema().get(name, {})], [])


if __name__ == "__main__":
    unittest.main()
