"""The command `check`: what it finds, and what it does not change."""

import json
import socket
import subprocess
import unittest

from command_runs import CONFIGURATION, FAILED, OK, SECRET, TERMINATED, CommandTest, on_a_terminal
from support import PROGRAM, ROOT, free_port, new_stack

RIGHTS = ["APIACCESS_USETOKEN", "CONNECTORAPI", "KNOWLEDGE", "KNOWLEDGE_KNUPDATE", "MODULES", "SETTINGS_SETLABELS",
          "KNOWLEDGE_KNUPDATE_KNBYPASSREFERENCE", "KNOWLEDGE_KNUPDATE_KNBYPASSFIELDS"]
EICAR = "44d88612fea8a8f36de82e1278abb02f"


class Check(CommandTest):
    def check(self, *arguments, **options):
        """→ the lines by name (that of a right by its capability), the text on standard error"""
        output, errors = self.run_command("check", *arguments, **options)
        lines = {}
        for state, name, text in (line.split(maxsplit=2) for line in output.splitlines()):
            lines[text.split()[0] if name == "right" else name] = (state, text)
        return lines, errors

    def states(self, *arguments, **options):
        lines, _ = self.check(*arguments, **options)
        return {name: state for name, (state, _) in lines.items()}

    def test_everything_in_order(self):
        lines, _ = self.check("--register", KASPERSKY_CACHE_PATH=str(self.folder / "cache.db"))
        self.assertEqual({state for state, _ in lines.values()}, {"ok"}, lines)
        self.assertEqual(list(lines), ["settings", "platform", "token", *RIGHTS, "sharing", "markings", "confidence", "works",
                                       "broker", "cache", "kaspersky", "clock"])
        self.assertEqual(lines["token"][1], "belongs to the user connector")
        self.assertEqual(lines["CONNECTORAPI"][1], "CONNECTORAPI (necessary): to register, report on works, answer playbooks")
        self.assertIn("may see up to TLP:RED", lines["markings"][1])
        self.assertIn("publishes results in order", lines["works"][1])
        self.assertEqual(lines["clock"][1], "this host's clock agrees with the platform's and Kaspersky's")
        # The connector is registered now, so `check` registers nothing.
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
        self.assertEqual(self.states("--offline", **nowhere), {"settings": "ok", "cache": "warning"})
        lines, errors = self.check("--offline", code=CONFIGURATION, OPENCTI_URL=None)
        self.assertEqual(lines["settings"][0], "FAILED")
        self.assertIn("OPENCTI_URL is not set", errors)
        self.assertEqual((lines["settings"][1] + errors).count("1 error"), 1)

    def test_on_a_terminal_everything_is_wrapped_and_warnings_come_last(self):
        env = self.stack.environment(KASPERSKY_CACHE_PATTH="x", KASPERSKY_API_KEY="short", NO_COLOR="1")
        _, shown = on_a_terminal("check", "--offline", columns=60, env=env)
        self.assertRegex(shown, r"(?s)settings +valid; see the warnings below.*\n(ok|warning) +cache.*\nwarning: 'KASPERSKY_CACHE_PATTH'")
        _, broken = on_a_terminal("check", columns=60, env={"OPENCTI_URL": "x", "NO_COLOR": "1"})
        self.assertRegex(broken, "(?s)invalid, see below.*OPENCTI_TOKEN is not set.*OPENCTI_URL is 'x'; it must be a URL")
        self.assertEqual([line for line in (shown + broken).splitlines() if len(line) > 60], [])

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
        self.assertIn("omitted without an error", lines["SETTINGS_SETLABELS"][1])
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
        self.assertIn("50: an object with a higher confidence keeps", lines["confidence"][1])

    def test_a_broker_that_cannot_be_reached_or_rejects(self):
        self.check("--register")
        lines, _ = self.check(code=FAILED, MQ_PORT=str(free_port()))
        self.assertIn("the port is that of MQ_PORT: check MQ_PORT", lines["broker"][1])
        lines, _ = self.check(code=FAILED, MQ_HOST="wrong.invalid")
        self.assertIn("the host is that of MQ_HOST", lines["broker"][1])
        lines, _ = self.check(code=FAILED, MQ_HOST="wrong.invalid", MQ_PORT="5672")
        self.assertIn("the address is that of MQ_HOST and MQ_PORT", lines["broker"][1])
        lines, _ = self.check(code=FAILED, MQ_HOST="127.0.0.1", MQ_USE_SSL="false", MQ_PASS=SECRET)
        self.assertIn("check MQ_USER, MQ_PASS", lines["broker"][1])
        self.assertNotIn(SECRET, str(lines))

    def test_kaspersky_that_rejects(self):
        lines, _ = self.check(code=FAILED, KASPERSKY_API_KEY=SECRET)
        self.assertEqual(lines["kaspersky"][0], "FAILED")
        self.assertIn("Check KASPERSKY_API_KEY", lines["kaspersky"][1])

    def test_it_shows_the_licence_and_the_user_of_the_answer(self):
        known = json.loads((ROOT / "samples/file/malicious/answer.json").read_text())
        self.stack.tip.post("/control/samples", answers=[known], names=[EICAR])
        lines, _ = self.check()
        self.assertRegex(lines["kaspersky"][1], r"^API key accepted, which expires on 2027-01-15; [\d,]+ of 2,000 requests left today, this one counted$")
        self.assertRegex(self.stack.tip.get("/control/requests")[-1]["user_agent"], "^kaspersky-enrichment/")

    def test_a_cache_that_cannot_be_written(self):
        self.assertEqual(self.states(code=FAILED, KASPERSKY_CACHE_PATH="/nowhere/cache.db")["cache"], "FAILED")

    def test_a_cache_in_memory_alone_is_a_warning_that_names_the_loss(self):
        state, text = self.check("--offline")[0]["cache"]
        self.assertEqual(state, "warning")
        self.assertIn("a restart loses cached answers, the request count of the day", text)
        self.assertTrue(text.endswith("name a file in KASPERSKY_CACHE_PATH"), text)
        self.assertNotIn("accepted", text)
        posted = {"CONNECTOR_LISTEN_PROTOCOL": "api", "CONNECTOR_LISTEN_PROTOCOL_API_PORT": str(free_port())}
        self.assertIn("messages that were accepted", self.check("--offline", **posted)[0]["cache"][1])
        self.assertEqual(self.states("--offline", CONNECTOR_STORE="redis://127.0.0.1:1/1")["cache"], "ok")

    def port_lines(self, code=OK, **settings):
        output, _ = self.run_command("check", code=code, **settings)
        return [(state, text) for state, name, text in (line.split(maxsplit=2) for line in output.splitlines()) if name == "port"]

    def test_ports_are_tried(self):
        free = [str(free_port()) for _ in range(3)]
        settings = {"CONNECTOR_HTTP_PORT": free[0], "CONNECTOR_EXPOSE_METRICS": "true", "CONNECTOR_METRICS_PORT": free[1],
                    "CONNECTOR_METRICS_ADDRESS": "127.0.0.1", "CONNECTOR_LISTEN_PROTOCOL": "api",
                    "CONNECTOR_LISTEN_PROTOCOL_API_PORT": free[2]}
        names = ["CONNECTOR_HTTP_PORT", "CONNECTOR_METRICS_PORT", "CONNECTOR_LISTEN_PROTOCOL_API_PORT"]
        self.assertEqual(self.port_lines(**settings),
                         [("ok", f"{port} on 127.0.0.1 ({name}) is free") for port, name in zip(free, names, strict=True)])
        self.stack.start_connector(**settings)
        self.addCleanup(self.stack.connector.stop)
        running = [("ok", f"{port} on 127.0.0.1 ({name}) is in use by the running connector")
                   for port, name in zip(free, names, strict=True)]
        self.assertEqual(self.port_lines(**settings), running)
        # It is another connector's.
        self.assertEqual([state for state, _ in self.port_lines(code=FAILED, CONNECTOR_ID="another", **settings)], ["FAILED"] * 3)
        del settings["CONNECTOR_HTTP_PORT"]
        self.assertEqual([state for state, _ in self.port_lines(**settings)], ["warning"] * 2, "nothing tells whose they are")

    def test_two_settings_with_one_port_are_a_failure(self):
        port = str(free_port())
        lines = self.port_lines(code=FAILED, CONNECTOR_HTTP_PORT=port, CONNECTOR_EXPOSE_METRICS="true", CONNECTOR_METRICS_PORT=port)
        self.assertEqual([state for state, _ in lines], ["ok", "FAILED"])
        self.assertIn("is also the port of CONNECTOR_HTTP_PORT", lines[1][1])

    def test_a_port_of_another_program_is_a_failure(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            taken = other.getsockname()[1]
            [(state, text)] = self.port_lines(code=FAILED, CONNECTOR_HTTP_PORT=str(taken))
        self.assertEqual(state, "FAILED")
        self.assertIn(f"{taken} on 127.0.0.1 (CONNECTOR_HTTP_PORT) is in use by another program", text)
        [(state, text)] = self.port_lines(code=FAILED, CONNECTOR_HTTP_PORT=str(free_port()), CONNECTOR_HTTP_ADDRESS="192.0.2.1",
                                          CONNECTOR_HTTP_TOKEN=SECRET)
        self.assertEqual(state, "FAILED")
        self.assertIn("name an address of this machine", text)

    def test_no_file_is_created_or_moved(self):
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
