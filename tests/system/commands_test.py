"""The commands for probes and for the setup, and the documents that the program prints about itself."""

import http.server
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import threading
import unittest

from command_runs import CONFIGURATION, DOMAIN, FAILED, MD5, OK, SECRET, USAGE, CommandTest, Probe, run_program
from support import PROGRAM, ROOT, free_port


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

    def test_problems_are_reported_beside_it(self):
        output, errors = self.config(code=CONFIGURATION, CONNECTOR_WORKERS="many")
        self.assertRegex(output, r"(?m)^  CONNECTOR_WORKERS +many +environment$")
        self.assertIn("CONNECTOR_WORKERS is 'many'; it must be", errors)


class Documents(unittest.TestCase):
    def test_version_lists_the_components_of_the_program(self):
        ended = run_program("version")
        self.assertEqual(ended.returncode, OK)
        for part in ("kaspersky-enrichment ", "compiler", "libcurl", "SQLite", "librabbitmq", "hiredis"):
            self.assertIn(part, ended.stdout)

    def test_libraries_that_are_loaded_are_not_listed_as_built_in(self):
        if PROGRAM.read_bytes()[:4] != b"\x7fELF":
            self.skipTest("a script starts the program in an image")
        built, with_them = re.search(r"built with +(.*)\nruns with +(.*)", run_program("version").stdout).groups()
        loaded = subprocess.run(["ldd", PROGRAM], capture_output=True, text=True, check=True).stdout
        names = [name.split()[0].lower() for name in with_them.split(", ")]
        self.assertEqual([name for name in names if name.removeprefix("lib") not in loaded], [])
        self.assertEqual([name for name in built.split(", ") if f"lib{name.split()[0].lower()}." in loaded], [])

    def test_help_that_cannot_be_written_is_a_failure(self):
        for option in ("--help", "--version"):
            with open("/dev/full", "w", encoding="utf-8") as full:
                ended = subprocess.run([PROGRAM, option], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
            self.assertEqual((ended.returncode, ended.stderr), (FAILED, "The output could not be written.\n"))

    def test_wrong_arguments_are_reported_without_control_characters(self):
        for arguments in (["\x1b[2J"], ["lookup", "--x\x1b[2J"], ["completion", "\x1b[2J"]):
            ended = run_program(*arguments)
            self.assertEqual(ended.returncode, USAGE)
            self.assertIn("\\x1b[2J", ended.stderr)
            self.assertNotIn("\x1b", ended.stderr + ended.stdout)

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
        commands = re.findall(r"(?m)^  (\w+)", listed)
        self.assertGreaterEqual(len(commands), 8)
        for command in commands:
            ended = run_program(command, "--help")
            self.assertEqual(ended.returncode, OK)
            self.assertIn("Examples:", ended.stdout, command)
            self.assertIn("--config FILE", ended.stdout, command)

    def test_no_line_of_the_help_is_long(self):
        commands = re.findall(r"(?m)^  (\w+)", run_program("--help").stdout.partition("Subcommands:\n")[2])
        for command in ([], *([name] for name in commands)):
            lines = run_program(*command, "--help").stdout.splitlines()
            self.assertEqual([line for line in lines if len(line) > 100], [], command)

    def test_each_exit_code_is_in_the_document(self):
        codes = re.findall(r"(?m)^ +(\d+)  ", run_program("--help").stdout.partition("Exit codes:")[2])
        rows = re.findall(r"(?m)^\| ([\d, ]+) \|", (ROOT / "docs/commands.md").read_text())
        documented = {code for row in rows for code in row.split(", ")}
        self.assertEqual(set(codes) - documented, set())


class CommandsInTheDocuments(CommandTest):
    def test_each_block_runs(self):
        blocks = re.findall(r"(?s)```bash\n(.*?)```", (ROOT / "docs/commands.md").read_text())
        self.assertGreater(len(blocks), 3)
        (self.folder / "kaspersky-enrichment").symlink_to(PROGRAM)
        (self.folder / "samples").symlink_to(ROOT / "samples")
        (self.folder / "values.txt").write_text(f"{MD5}\n{DOMAIN}\n")
        self.run_command("check", "--register")
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Probe)
        server.answers = {"/readyz": (200, ""), "/livez": (200, ""),
                          "/status": (200, json.dumps({"connector": {"id": self.stack.connector_id}}))}
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
