"""The commands besides run, as people and probes use them: output, exit codes, and what they do not touch."""

import http.server
import json
import os
import pathlib
import pty
import re
import shutil
import subprocess
import tempfile
import threading
import unittest

from support import PROGRAM, ROOT, SystemTest, free_port, new_stack

OK, FAILED, USAGE, BAD_VALUE, UNAVAILABLE, CONFIGURATION = 0, 1, 64, 65, 69, 78
MD5 = "bad0bad1bad2bad3bad4bad5bad6bad7"
UNKNOWN = "0123456789abcdef0123456789abcdef"
DOMAIN = json.loads((ROOT / "samples/domain/full/answer.json").read_text())["DomainGeneralInfo"]["Domain"]
SECRET = "s3cr3t-that-nobody-may-see"


def run_program(*arguments, env=None, **options):
    options.setdefault("text", True)
    return subprocess.run([PROGRAM, *map(str, arguments)], env={"PATH": os.environ["PATH"], **(env or {})}, capture_output=True,
                          timeout=60, check=False, **options)


def on_a_terminal(*arguments, env=None):
    """→ (exit code, what a person sees)"""
    here, there = pty.openpty()
    environment = {"PATH": os.environ["PATH"], "TERM": "xterm", **(env or {})}
    process = subprocess.Popen([PROGRAM, *arguments], stdin=there, stdout=there, stderr=there, env=environment)
    os.close(there)
    shown = b""
    try:
        while part := os.read(here, 65536):
            shown += part
    except OSError:
        pass
    os.close(here)
    return process.wait(60), shown.decode()


class WithSimulators(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.stack = cls.enterClassContext(new_stack())

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.addCleanup(self.stack.tip.delete, "/control/faults")
        self.addCleanup(self.stack.opencti.delete, "/control/faults")

    def run_command(self, *arguments, code=OK, stdin="", **settings):
        env = self.stack.environment(**{"CONNECTOR_LOG_LEVEL": None, **settings})
        binary = isinstance(stdin, bytes)
        ended = run_program(*arguments, env=env, cwd=self.folder, input=stdin, text=not binary)
        output, errors = (text.decode() if binary else text for text in (ended.stdout, ended.stderr))
        self.assertEqual(ended.returncode, code, output + errors)
        return output, errors


class Lookup(WithSimulators):
    def lookup(self, *arguments, **options):
        settings = {"OPENCTI_URL": None, "OPENCTI_TOKEN": None, "CONNECTOR_ID": None, "CONNECTOR_AUTO": None,
                    "KASPERSKY_LOOKUP_RESERVED": "true"}
        return self.run_command("lookup", *arguments, **{**settings, **options})

    def test_what_is_known_of_a_file_without_any_setting_of_the_platform(self):
        output, errors = self.lookup(MD5.upper(), KASPERSKY_FILE_SECTIONS="DetectionsInfo")
        for part in ("RED dangerous, score 100", "kaspersky:red, malware, botnet cnc, apt", "HEUR:Trojan.Win32.Example.gen",
                     "requests left today"):
            self.assertIn(part, output)
        self.assertNotIn("\x1b", output)
        self.assertEqual(errors, "")

    def test_several_values_have_one_line_each(self):
        output, _ = self.lookup(MD5, DOMAIN.replace(".", "[.]"), UNKNOWN)
        lines = output.splitlines()
        self.assertRegex(lines[0], rf"^red +100 +file +{MD5} +kaspersky:red")
        self.assertIn(DOMAIN, lines[1])
        self.assertRegex(lines[2], rf"^- +file +{UNKNOWN} +Kaspersky knows nothing about it\.$")

    def test_answers_and_bundles_for_programs(self):
        output, errors = self.lookup("--json", MD5, UNKNOWN)
        answer, nothing = map(json.loads, output.splitlines())
        self.assertEqual((answer["Zone"], nothing), ("Red", None))
        self.assertIn("knows nothing", errors)
        output, _ = self.lookup("--bundle", MD5)
        types = [thing["type"] for thing in json.loads(output)["objects"]]
        self.assertIn("file", types)
        self.assertIn("note", types)

    def test_a_saved_answer_needs_no_key_and_no_request(self):
        before = len(self.lookups())
        sample = ROOT / "samples/file/malicious/answer.json"
        output, _ = self.lookup("--offline", sample, KASPERSKY_API_KEY=None)
        self.assertIn("RED dangerous", output)
        output, _ = self.lookup("--json", "--offline", sample, MD5, KASPERSKY_API_KEY=None)
        self.assertEqual(json.loads(output), json.loads(sample.read_text()))
        self.assertEqual(len(self.lookups()), before)

    def test_a_saved_answer_that_cannot_be_used(self):
        (self.folder / "no.json").write_text("<html>")
        self.lookup("--offline", "/nowhere/answer.json", code=BAD_VALUE)
        self.lookup("--offline", "no.json", code=BAD_VALUE)
        self.lookup("--offline", "no.json", MD5, code=BAD_VALUE)
        self.lookup("--offline", ROOT / "samples/file/malicious/answer.json", MD5, UNKNOWN, code=USAGE)

    def test_a_saved_answer_of_a_hostile_service_shows_no_control_characters(self):
        for sample in sorted((ROOT / "samples").glob("*/hostile*/answer.json")):
            kind = sample.parents[1].name
            value = {"file": MD5, "ip": "203.0.113.9", "domain": "example.com", "url": "http://example.com/"}[kind]
            for arguments in ([], [value], ["--full", value], ["--json", value], ["--bundle", value]):
                ended = run_program("lookup", "--offline", sample, *arguments)
                self.assertIn(ended.returncode, (OK, BAD_VALUE), ended.stderr)
                self.assertIsNone(re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", ended.stdout + ended.stderr), (sample, arguments))

    def test_hostile_lines_on_standard_input(self):
        lines = [MD5.encode(), b"x" * 10_000_000, b"evil\x00.example.com", b"\x1b[2Jevil", b"\xff\xfe", b"", DOMAIN.encode()]
        output, errors = self.lookup("--json", "-", stdin=b"\n".join(lines), code=BAD_VALUE)
        answers = [json.loads(line) for line in output.splitlines()]
        self.assertEqual([bool(answer) for answer in answers], [True, False, False, False, True])
        self.assertIn("line 2 is longer than 8192 bytes", errors)
        self.assertIn("'\\x1b[2Jevil' was not looked up", errors)
        self.assertIsNone(re.search(r"[\x00-\x09\x0b-\x1f\x7f]", errors))

    def test_too_many_values_cost_nothing(self):
        before = len(self.lookups())
        _, errors = self.lookup("-", stdin="".join(f"{number:032x}\n" for number in range(10_001)), code=BAD_VALUE)
        self.assertIn("More than 10000 values", errors)
        self.assertEqual(len(self.lookups()), before)

    def test_hundreds_of_values(self):
        output, _ = self.lookup("-", stdin="".join(f"{number:032x}\n" for number in range(1, 501)))
        self.assertEqual(output.count("knows nothing"), 500)

    def test_lookups_are_remembered_and_counted(self):
        cache = {"KASPERSKY_CACHE_PATH": str(self.folder / "cache.db"), "KASPERSKY_DAILY_QUOTA": "1"}
        before = len(self.lookups())
        output, _ = self.lookup(MD5, **cache)
        self.assertIn("0 of 1 requests left today", output)
        self.lookup(MD5, **cache)
        self.assertEqual(len(self.lookups()) - before, 1)
        output, errors = self.lookup(UNKNOWN, MD5, code=UNAVAILABLE, **cache)
        self.assertIn("today's requests to Kaspersky are used up", output)
        self.assertIn("Stopped: 1 of the values was not looked up.", errors)
        self.lookup("--fresh", MD5, code=UNAVAILABLE, **cache)

    def test_beside_a_running_connector_the_cache_is_done_without(self):
        cache = str(self.folder / "cache.db")
        self.stack.start_connector(KASPERSKY_CACHE_PATH=cache)
        output, errors = self.lookup(MD5, KASPERSKY_CACHE_PATH=cache)
        self.stack.connector.stop()
        self.assertIn("RED", output)
        self.assertIn("Going on without the cache", errors)

    def test_when_kaspersky_cannot_be_asked(self):
        output, errors = self.lookup(MD5, code=UNAVAILABLE, KASPERSKY_API_KEY=SECRET)
        self.assertIn("the API token is wrong or has expired", output)
        self.assertNotIn(SECRET, output + errors)
        self.lookup(MD5, code=UNAVAILABLE, KASPERSKY_API_BASE_URL=f"http://127.0.0.1:{free_port()}")

    def test_an_answer_that_cannot_be_used(self):
        with self.fault(self.stack.tip, kind="not_json"):
            self.lookup(MD5, code=FAILED)

    def test_what_is_not_worth_a_request(self):
        output, _ = self.lookup("192.168.0.1", KASPERSKY_LOOKUP_RESERVED=None)
        self.assertIn("192.168.0.1 is a special address (private)", output)
        _, errors = self.lookup("nonsense", code=BAD_VALUE)
        self.assertIn("it is no hash, address, domain or URL", errors)

    def test_output_that_cannot_be_written_is_a_failure(self):
        env = {"PATH": os.environ["PATH"]}
        sample = ROOT / "samples/file/malicious/answer.json"
        with open("/dev/full", "w", encoding="utf-8") as full:
            ended = subprocess.run([PROGRAM, "lookup", "--offline", sample], env=env, stdout=full, stderr=subprocess.PIPE, text=True,
                                   timeout=60, check=False)
        self.assertEqual((ended.returncode, ended.stderr), (FAILED, "The output could not be written.\n"))

    def test_wrong_use(self):
        self.lookup(code=USAGE)
        self.lookup("--json", "--bundle", MD5, code=USAGE)
        _, errors = self.lookup(MD5, code=CONFIGURATION, KASPERSKY_API_KEY=None)
        self.assertIn("KASPERSKY_API_KEY is not set", errors)

    def test_on_a_terminal_it_is_in_colours_and_shows_how_far_it_is(self):
        env = {**self.stack.environment(), "TERM": "xterm"}
        code, shown = on_a_terminal("lookup", MD5, env=env)
        self.assertEqual(code, OK)
        self.assertIn("\x1b[1;97;41m RED \x1b[0m", shown)
        _, shown = on_a_terminal("lookup", MD5, UNKNOWN, DOMAIN, env=env)
        self.assertIn("1 of 3", shown)
        _, shown = on_a_terminal("lookup", MD5, env={**env, "NO_COLOR": "1"})
        self.assertNotIn("\x1b", shown)


class Check(WithSimulators):
    def check(self, *arguments, **options):
        output, errors = self.run_command("check", *arguments, **options)
        return {name: (state, text) for state, name, text in
                (line.split(maxsplit=2) for line in output.splitlines())}, errors

    def states(self, *arguments, **options):
        lines, _ = self.check(*arguments, **options)
        return {name: state for name, (state, _) in lines.items()}

    def test_everything_in_order(self):
        lines, _ = self.check("--register")
        self.assertEqual({state for state, _ in lines.values()}, {"ok"}, lines)
        self.assertEqual(list(lines), ["settings", "platform", "token", "broker", "cache", "kaspersky"])
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
        self.assertEqual(self.states("--offline", OPENCTI_URL="http://127.0.0.1:1"), {"settings": "ok"})
        lines, errors = self.check("--offline", code=CONFIGURATION, OPENCTI_URL=None)
        self.assertEqual(lines["settings"][0], "FAILED")
        self.assertIn("OPENCTI_URL is not set", errors)

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
        stack = self.enterContext(new_stack(opencti_options=("--capabilities", "KNOWLEDGE")))
        lines, _ = self.check(code=FAILED, OPENCTI_URL=stack.opencti.url)
        self.assertEqual(lines["token"][0], "FAILED")
        self.assertIn("register (CONNECTORAPI), add results (KNOWLEDGE_KNUPDATE)", lines["token"][1])

    def test_a_broker_that_cannot_be_reached_or_refuses(self):
        self.check("--register")
        lines, _ = self.check(code=FAILED, MQ_PORT=str(free_port()))
        self.assertIn("set MQ_HOST and MQ_PORT", lines["broker"][1])
        lines, _ = self.check(code=FAILED, MQ_PASS=SECRET)
        self.assertIn("check MQ_USER, MQ_PASS", lines["broker"][1])
        self.assertNotIn(SECRET, str(lines))

    def test_kaspersky_that_refuses(self):
        lines, _ = self.check(code=FAILED, KASPERSKY_API_KEY=SECRET)
        self.assertEqual(lines["kaspersky"][0], "FAILED")
        self.assertIn("Check KASPERSKY_API_KEY", lines["kaspersky"][1])

    def test_a_cache_that_cannot_be_written(self):
        self.assertEqual(self.states(code=FAILED, KASPERSKY_CACHE_PATH="/nowhere/cache.db")["cache"], "FAILED")


class Probe(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        status, body = self.server.answers.get(self.path, (404, ""))
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


class Healthcheck(unittest.TestCase):
    def setUp(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Probe)
        self.server.answers = {}
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)

    def probe(self, *arguments, code, **env):
        settings = {"CONNECTOR_HTTP_PORT": str(self.server.server_address[1]), **env}
        ended = run_program("healthcheck", *arguments, env=settings)
        self.assertEqual(ended.returncode, code, ended.stdout + ended.stderr)
        return ended.stdout + ended.stderr

    def test_ready_and_alive_without_any_other_setting(self):
        self.server.answers = {"/readyz": (200, '{"ready": true, "parts": []}'), "/livez": (200, "ok")}
        self.assertEqual(self.probe(code=OK), "healthy\n")
        self.assertEqual(self.probe("--live", code=OK), "healthy\n")
        self.probe(code=OK, CONNECTOR_HTTP_ADDRESS="0.0.0.0", HTTP_PROXY="http://127.0.0.1:1", OPENCTI_URL="nonsense")

    def test_the_part_that_is_not_ready_is_named(self):
        parts = [{"name": "platform", "state": "up"}, {"name": "broker_in", "state": "down", "detail": "refused\x1b[2J"}]
        self.server.answers = {"/readyz": (503, json.dumps({"ready": False, "parts": parts})), "/livez": (200, "ok")}
        self.assertEqual(self.probe(code=FAILED), "not ready: broker_in is down: refused\\x1b[2J\n")
        self.probe("--live", code=OK)

    def test_nothing_or_another_program_there(self):
        self.assertIn("status 404", self.probe(code=FAILED))
        self.assertIn("no answer", self.probe(code=FAILED, CONNECTOR_HTTP_PORT=str(free_port())))

    def test_without_a_port_there_is_nothing_to_ask(self):
        self.assertIn("CONNECTOR_HTTP_PORT is 0", self.probe(code=CONFIGURATION, CONNECTOR_HTTP_PORT="0"))
        self.probe(code=CONFIGURATION, CONNECTOR_HTTP_PORT="nonsense")


class Config(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        (self.folder / "key").write_text(SECRET)
        (self.folder / "config.yml").write_text("connector:\n  workers: 3\nopencti:\n  url: http://localhost\n")
        self.env = {"OPENCTI_TOKEN": SECRET, "KASPERSKY_API_KEY_FILE": str(self.folder / "key"), "CONNECTOR_NAME": "Name",
                    "HTTPS_PROXY": f"http://user:{SECRET}@proxy:3128"}

    def config(self, *arguments, code=OK, **env):
        ended = run_program("config", *arguments, env={**self.env, **env}, cwd=self.folder)
        self.assertEqual(ended.returncode, code, ended.stderr)
        self.assertNotIn(SECRET, ended.stdout + ended.stderr)
        return ended.stdout, ended.stderr

    def test_each_setting_with_its_value_and_where_it_comes_from(self):
        output, _ = self.config("--json")
        settings = {entry["name"]: (entry["value"], entry["source"]) for entry in json.loads(output)}
        self.assertEqual(settings["CONNECTOR_NAME"], ("Name", "environment"))
        self.assertEqual(settings["OPENCTI_TOKEN"], ("***", "environment"))
        self.assertEqual(settings["KASPERSKY_API_KEY"], ("***", "environment: KASPERSKY_API_KEY_FILE"))
        self.assertEqual(settings["CONNECTOR_WORKERS"], ("3", "config.yml, line 2"))
        self.assertEqual(settings["CONNECTOR_AUTO"], ("false", "default"))
        self.assertEqual(settings["MQ_HOST"], (None, "not set"))
        self.assertEqual(settings["HTTPS_PROXY"], ("***", "environment"))

    def test_as_a_table(self):
        output, _ = self.config()
        self.assertRegex(output, r"(?m)^  CONNECTOR_WORKERS +3 +config\.yml, line 2$")

    def test_problems_are_told_beside_it(self):
        output, errors = self.config(code=CONFIGURATION, CONNECTOR_WORKERS="many")
        self.assertRegex(output, r"(?m)^  CONNECTOR_WORKERS +many +environment$")
        self.assertIn("CONNECTOR_WORKERS is 'many', must be", errors)


class Documents(unittest.TestCase):
    def test_version_tells_what_the_program_is_made_of(self):
        ended = run_program("version")
        self.assertEqual(ended.returncode, OK)
        for part in ("kaspersky-enrichment ", "compiler", "libcurl", "SQLite", "librabbitmq"):
            self.assertIn(part, ended.stdout)

    def test_the_manual_page_is_current(self):
        page = run_program("man").stdout
        self.assertEqual((ROOT / "docs/kaspersky-enrichment.1").read_text(), page, "run ./dev generate")

    def test_the_manual_page_has_no_mistakes(self):
        checked = subprocess.run(["groff", "-man", "-ww", "-Tutf8", "-z", ROOT / "docs/kaspersky-enrichment.1"],
                                 capture_output=True, text=True, check=False)
        self.assertEqual((checked.returncode, checked.stderr), (0, ""))

    def test_bash_completes_commands_options_and_choices(self):
        script = run_program("completion", "bash").stdout
        for words, expected in (("loo", ["lookup"]), ("completion f", ["fish"]), ("lookup --off", ["--offline"]),
                                ("--config x che", ["check"])):
            line = ["kaspersky-enrichment", *words.split()]
            asked = f"{script}\nCOMP_WORDS=({' '.join(line)}) COMP_CWORD={len(line) - 1}; _kaspersky_enrichment; echo ${{COMPREPLY[@]}}"
            done = subprocess.run(["bash", "-c", asked], capture_output=True, text=True, check=True)
            self.assertEqual(done.stdout.split(), expected, words)

    def test_zsh_and_fish_can_read_their_scripts(self):
        for shell in filter(shutil.which, ("zsh", "fish")):
            script = run_program("completion", shell).stdout
            checked = subprocess.run([shell, "-n"], input=script, capture_output=True, text=True, check=False)
            self.assertEqual((checked.returncode, checked.stderr), (0, ""), shell)

    def test_a_shell_that_is_not_known(self):
        self.assertEqual(run_program("completion", "cmd").returncode, USAGE)

    def test_each_command_has_help_with_examples(self):
        listed = run_program("--help").stdout.partition("Subcommands:\n")[2].partition("\n\n")[0]
        commands = [line.split()[0] for line in listed.splitlines()]
        self.assertGreaterEqual(len(commands), 8)
        for command in commands:
            ended = run_program(command, "--help")
            self.assertEqual(ended.returncode, OK)
            self.assertIn("Examples:", ended.stdout, command)

    def test_each_exit_code_is_in_the_readme(self):
        codes = re.findall(r"(?m)^ +(\d+)  ", run_program("--help").stdout.partition("Exit codes:")[2])
        rows = re.findall(r"(?m)^\| ([\d, ]+) \|", (ROOT / "README.md").read_text())
        documented = {code for row in rows for code in row.split(", ")}
        self.assertEqual(set(codes) - documented, set())


class CommandsInTheDocuments(WithSimulators):
    def test_each_block_runs(self):
        blocks = re.findall(r"(?s)```bash\n(.*?)```", (ROOT / "docs/commands.md").read_text())
        self.assertGreater(len(blocks), 3)
        (self.folder / "kaspersky-enrichment").symlink_to(PROGRAM)
        (self.folder / "values.txt").write_text(f"{MD5}\n{DOMAIN}\n")
        self.run_command("check", "--register")
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Probe)
        server.answers = {"/readyz": (200, ""), "/livez": (200, "")}
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        env = self.stack.environment(KASPERSKY_LOOKUP_RESERVED="true", CONNECTOR_HTTP_PORT=str(server.server_address[1]),
                                     PATH=f"{self.folder}:{os.environ['PATH']}")
        for block in blocks:
            with self.subTest(block):
                done = subprocess.run(["bash", "-euc", "set -o pipefail\n" + block], env=env, cwd=self.folder,
                                      capture_output=True, text=True, timeout=60, check=False)
                self.assertEqual(done.returncode, OK, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
