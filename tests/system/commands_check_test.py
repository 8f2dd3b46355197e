"""The command check: what it finds, and what it leaves as it is."""

import json
import subprocess
import unittest

from command_runs import CONFIGURATION, FAILED, SECRET, TERMINATED, CommandTest
from support import PROGRAM, ROOT, free_port, new_stack

RIGHTS = ["APIACCESS_USETOKEN", "CONNECTORAPI", "KNOWLEDGE", "KNOWLEDGE_KNUPDATE", "MODULES", "SETTINGS_SETLABELS",
          "KNOWLEDGE_KNUPDATE_KNBYPASSREFERENCE", "KNOWLEDGE_KNUPDATE_KNBYPASSFIELDS"]
EICAR = "44d88612fea8a8f36de82e1278abb02f"


class Check(CommandTest):
    def check(self, *arguments, **options):
        """→ the lines by name (of each right the capability), what went to standard error"""
        output, errors = self.run_command("check", *arguments, **options)
        lines = {}
        for state, name, text in (line.split(maxsplit=2) for line in output.splitlines()):
            lines[text.split()[0] if name == "right" else name] = (state, text)
        return lines, errors

    def states(self, *arguments, **options):
        lines, _ = self.check(*arguments, **options)
        return {name: state for name, (state, _) in lines.items()}

    def test_everything_in_order(self):
        lines, _ = self.check("--register")
        self.assertEqual({state for state, _ in lines.values()}, {"ok"}, lines)
        self.assertEqual(list(lines), ["settings", "platform", "token", *RIGHTS, "sharing", "markings", "confidence", "works",
                                       "broker", "cache", "kaspersky"])
        self.assertEqual(lines["token"][1], "belongs to the user connector")
        self.assertEqual(lines["CONNECTORAPI"][1], "CONNECTORAPI (necessary): to register, report on works, answer playbooks")
        self.assertIn("may see up to TLP:RED", lines["markings"][1])
        self.assertIn("published in order", lines["works"][1])
        # From now on it is known, and nothing is registered.
        before = self.stack.opencti.get("/control/state")["registrations"]
        self.assertEqual(self.states()["broker"], "ok")
        self.assertEqual(self.stack.opencti.get("/control/state")["registrations"], before)

    def test_a_connector_that_is_not_registered_stays_so(self):
        lines, _ = self.check(CONNECTOR_ID="system-never-registered")
        state, text = lines["broker"]
        self.assertEqual(state, "skipped")
        self.assertIn("--register", text)
        self.assertNotIn("system-never-registered", [c["id"] for c in self.stack.opencti.get("/control/state")["connectors"]])

    def test_settings_alone(self):
        nowhere = {"OPENCTI_URL": "http://127.0.0.1:1"}
        self.assertEqual(self.states("--offline", **nowhere), {"settings": "ok", "cache": "ok"})
        lines, errors = self.check("--offline", code=CONFIGURATION, OPENCTI_URL=None)
        self.assertEqual(lines["settings"][0], "FAILED")
        self.assertIn("OPENCTI_URL is not set", errors)
        self.assertEqual((lines["settings"][1] + errors).count("1 error"), 1)

    def test_the_cache_file_is_looked_at_without_a_network(self):
        cache = self.folder / "cache.db"
        nowhere = {"OPENCTI_URL": "http://127.0.0.1:1"}
        self.assertEqual(self.states("--offline", KASPERSKY_CACHE_PATH=str(cache), **nowhere)["cache"], "ok")
        for path in ("/nowhere/cache.db", f"file:{cache}", str(self.folder)):
            self.assertEqual(self.states("--offline", code=FAILED, KASPERSKY_CACHE_PATH=path, **nowhere)["cache"], "FAILED")
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_the_request_can_be_saved(self):
        before = len(self.lookups())
        self.assertEqual(self.states("--no-request")["kaspersky"], "skipped")
        self.assertEqual(len(self.lookups()), before)

    def test_a_platform_that_does_not_answer(self):
        states = self.states(code=FAILED, OPENCTI_URL=f"http://127.0.0.1:{free_port()}")
        self.assertEqual((states["platform"], states["token"], states["broker"], states["kaspersky"]),
                         ("FAILED", "skipped", "skipped", "ok"))

    def test_a_token_that_is_wrong_or_lacks_a_right(self):
        lines, _ = self.check(code=FAILED, OPENCTI_TOKEN=SECRET)
        self.assertIn("check OPENCTI_TOKEN", lines["platform"][1])
        self.assertEqual(lines["token"], ("skipped", "the platform does not accept it"))
        stack = self.enterContext(new_stack(opencti_options=("--capabilities", "APIACCESS_USETOKEN,KNOWLEDGE")))
        lines, _ = self.check(code=FAILED, OPENCTI_URL=stack.opencti.url)
        for right in ("CONNECTORAPI", "KNOWLEDGE_KNUPDATE"):
            self.assertEqual(lines[right][0], "FAILED")
            self.assertRegex(lines[right][1], "necessary.*is missing: .*give the user the role Connector")

    def with_platform(self, *options, **how):
        stack = self.enterContext(new_stack(opencti_options=options))
        return self.check("--register", OPENCTI_URL=stack.opencti.url, **how)[0]

    def test_a_role_that_is_enough_passes_with_warnings(self):
        lines = self.with_platform("--capabilities", "APIACCESS_USETOKEN,CONNECTORAPI,KNOWLEDGE_KNUPDATE")
        for right in ("MODULES", "SETTINGS_SETLABELS"):
            self.assertEqual(lines[right][0], "warning")
            self.assertIn("useful", lines[right][1])
        self.assertIn("left out without an error", lines["SETTINGS_SETLABELS"][1])
        self.assertEqual(lines["broker"][0], "ok")

    def test_sharing_matters_on_a_platform_that_divides_its_data(self):
        lines = self.with_platform("--platform-organisation", "Us")
        self.assertEqual(lines["KNOWLEDGE_KNUPDATE_KNORGARESTRICT"][0], "warning")
        self.assertIn("which the role Connector does not have", lines["KNOWLEDGE_KNUPDATE_KNORGARESTRICT"][1])
        self.assertEqual(lines["sharing"][0], "warning")

    def test_markings_and_confidence_that_are_less_than_full(self):
        lines = self.with_platform("--max-markings", "TLP:GREEN", "--max-confidence", "50")
        self.assertEqual(lines["markings"][0], "warning")
        self.assertIn("may see up to TLP:GREEN, and CONNECTOR_MAX_TLP is TLP:AMBER", lines["markings"][1])
        self.assertIn("50: of an object that was created with a higher one", lines["confidence"][1])

    def test_a_broker_that_cannot_be_reached_or_refuses(self):
        self.check("--register")
        lines, _ = self.check(code=FAILED, MQ_PORT=str(free_port()))
        self.assertIn("set MQ_HOST and MQ_PORT", lines["broker"][1])
        lines, _ = self.check(code=FAILED, MQ_HOST="127.0.0.1", MQ_USE_SSL="false", MQ_PASS=SECRET)
        self.assertIn("check MQ_USER, MQ_PASS", lines["broker"][1])
        self.assertNotIn(SECRET, str(lines))

    def test_kaspersky_that_refuses(self):
        lines, _ = self.check(code=FAILED, KASPERSKY_API_KEY=SECRET)
        self.assertEqual(lines["kaspersky"][0], "FAILED")
        self.assertIn("Check KASPERSKY_API_KEY", lines["kaspersky"][1])

    def test_it_says_what_the_answer_tells_of_the_licence_and_who_asks(self):
        known = json.loads((ROOT / "samples/file/malicious/answer.json").read_text())
        self.stack.tip.post("/control/samples", answers=[known], names=[EICAR])
        lines, _ = self.check()
        self.assertRegex(lines["kaspersky"][1], r"^API key accepted, which expires on 2027-01-15; [\d,]+ of 2,000 requests left today, this one counted$")
        self.assertRegex(self.stack.tip.get("/control/requests")[-1]["user_agent"], "^kaspersky-enrichment/")

    def test_a_cache_that_cannot_be_written(self):
        self.assertEqual(self.states(code=FAILED, KASPERSKY_CACHE_PATH="/nowhere/cache.db")["cache"], "FAILED")

    def test_no_file_is_created_or_set_aside(self):
        cache = self.folder / "cache.db"
        lines, _ = self.check(KASPERSKY_CACHE_PATH=str(cache), KASPERSKY_DAILY_QUOTA="10")
        self.assertEqual(lines["cache"], ("ok", f"{cache} can be created, which the connector does at its start"))
        self.assertNotIn("of 10 requests", lines["kaspersky"][1])
        self.assertEqual(list(self.folder.iterdir()), [])
        cache.write_text("damaged" * 1000)
        lines, _ = self.check(KASPERSKY_CACHE_PATH=str(cache))
        self.assertIn("the connector will move it", lines["cache"][1])
        self.assertEqual(list(self.folder.iterdir()), [cache])
        self.assertEqual(cache.read_text(), "damaged" * 1000)

    def test_beside_a_running_connector_all_is_well(self):
        cache = str(self.folder / "cache.db")
        self.stack.start_connector(KASPERSKY_CACHE_PATH=cache)
        lines, errors = self.check(KASPERSKY_CACHE_PATH=cache, KASPERSKY_DAILY_QUOTA="10")
        self.stack.connector.stop()
        self.assertEqual({state for state, _ in lines.values()}, {"ok"}, lines)
        self.assertIn("is in use; that is normal while the connector runs", lines["cache"][1])
        self.assertNotIn("of 10 requests", lines["kaspersky"][1])
        self.assertEqual(errors, "")

    def test_with_a_cache_that_nobody_uses_the_request_is_counted_there(self):
        cache = str(self.folder / "cache.db")
        self.stack.start_connector(KASPERSKY_CACHE_PATH=cache)
        self.stack.connector.stop()
        for left in (9, 8):
            lines, _ = self.check(KASPERSKY_CACHE_PATH=cache, KASPERSKY_DAILY_QUOTA="10")
            self.assertIn(f"{left} of 10 requests left today, this one counted", lines["kaspersky"][1])

    def test_a_signal_ends_it(self):
        with self.fault(self.stack.tip, kind="hold"):
            process = subprocess.Popen([PROGRAM, "check"], env=self.stack.environment(), stdout=subprocess.PIPE)
            self.addCleanup(process.kill)
            self.wait_until_held(self.stack.tip)
            process.terminate()
            self.assertEqual(process.wait(30), TERMINATED)
            shown = process.stdout.read().decode()
            process.stdout.close()
        self.assertNotIn("kaspersky ", shown)


if __name__ == "__main__":
    unittest.main()
