"""The command `lookup`: what it shows of Kaspersky's answers, and which requests it avoids."""

import json
import os
import pathlib
import re
import signal
import subprocess
import unittest

from command_runs import (BAD_VALUE, CONFIGURATION, DOMAIN, FAILED, INTERRUPTED, MD5, OK, SECRET, TERMINATED, UNAVAILABLE, UNKNOWN, USAGE,
                          CommandTest, on_a_terminal, run_program)
from support import PROGRAM, ROOT, free_port, wait_until

HOSTILE = "bad0bad1bad2bad3bad4bad5bad6bad8"
# Neither the one of the tests nor the one of the image.
OTHER_USER = 12345


class Lookup(CommandTest):
    def lookup(self, *arguments, **options):
        settings = {"OPENCTI_URL": None, "OPENCTI_TOKEN": None, "CONNECTOR_ID": None, "CONNECTOR_AUTO": None,
                    "KASPERSKY_LOOKUP_RESERVED": "true"}
        return self.run_command("lookup", *arguments, **{**settings, **options})

    def test_a_file_is_looked_up_without_any_setting_of_the_platform(self):
        output, errors = self.lookup(MD5.upper(), KASPERSKY_FILE_SECTIONS="DetectionsInfo")
        for part in ("RED dangerous, score 100", "kaspersky:red, malware, botnet cnc, apt", "HEUR:Trojan.Win32.Example.gen"):
            self.assertIn(part, output)
        self.assertNotIn("requests left today", output)
        self.assertNotIn("\x1b", output)
        self.assertEqual(errors, "")

    def test_several_values_have_one_line_each(self):
        output, _ = self.lookup(MD5, DOMAIN.replace(".", "[.]"), UNKNOWN)
        lines = output.splitlines()
        self.assertRegex(lines[0], rf"^red +100 +file +{MD5} +kaspersky:red")
        self.assertIn(DOMAIN, lines[1])
        self.assertRegex(lines[2], rf"^- +file +{UNKNOWN} +Kaspersky knows nothing about it\.$")

    def test_characters_that_a_terminal_obeys_or_does_not_show_are_escaped(self):
        answer = json.loads((ROOT / "samples/file/malicious/answer.json").read_text())
        answer["FileGeneralInfo"].update(Md5=HOSTILE.upper(), Sha1="", Sha256="")
        answer["FileGeneralInfo"]["Signer"] = "Example\x9b31m\u202egnp.exe"
        self.stack.tip.post("/control/samples", answers=[answer])
        output, errors = self.lookup(HOSTILE)
        self.assertIn("gnp.exe", output)
        for character in "\x9b\u202e\x1b":
            self.assertNotIn(character, output + errors)

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

    def test_a_saved_answer_is_of_no_other_value(self):
        samples = {"ip/full": ("evil.example", "203.0.113.9", MD5), "domain/full": ("evil.example", "http://evil.example/"),
                   "url/full": ("http://evil.example/", "evil.example"), "file/malicious": (UNKNOWN, "evil.example")}
        for sample, values in samples.items():
            for value in values:
                for arguments, nothing in (([], ""), (["--json"], "null\n"), (["--bundle"], "null\n")):
                    with self.subTest(sample, value=value, arguments=arguments):
                        path = ROOT / "samples" / sample / "answer.json"
                        output, errors = self.lookup("--offline", path, value, *arguments, code=BAD_VALUE)
                        self.assertNotRegex(output, "(?i)orange|red|green")
                        if nothing:
                            self.assertEqual(output, nothing)
                            self.assertNotEqual(errors, "")

    def test_a_saved_answer_of_a_hostile_service_shows_no_control_characters(self):
        for sample in sorted((ROOT / "samples").glob("*/hostile*/answer.json")):
            for arguments in ([], ["--full"], ["--json"], ["--bundle"]):
                ended = run_program("lookup", "--offline", sample, *arguments)
                self.assertEqual(ended.returncode, OK, ended.stderr)
                self.assertRegex(ended.stdout, "(?i)zone|red|green|grey|orange|yellow|bundle")
                self.assertIsNone(re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", ended.stdout + ended.stderr), (sample, arguments))

    def test_hostile_lines_on_standard_input(self):
        lines = [MD5.encode(), b"# what follows is bad", b"x" * 10_000_000, b"evil\x00.example.com", b"\x1b[2Jevil", b"\xff\xfe", b"", DOMAIN.encode()]
        output, errors = self.lookup("--json", "-", stdin=b"\n".join(lines), code=BAD_VALUE)
        answers = [json.loads(line) for line in output.splitlines()]
        self.assertEqual([bool(answer) for answer in answers], [True, False, False, False, False, True])
        self.assertIn("line 3 is longer than 8192 bytes", errors)
        self.assertIn("'\\x1b[2Jevil' was not looked up", errors)
        self.assertIsNone(re.search(r"[\x00-\x09\x0b-\x1f\x7f]", errors))

    def test_too_many_values_cost_nothing(self):
        before = len(self.lookups())
        _, errors = self.lookup("-", stdin="".join(f"{number:032x}\n" for number in range(10_001)), code=BAD_VALUE)
        self.assertIn("More than 10,000 values", errors)
        self.assertEqual(len(self.lookups()), before)

    def test_hundreds_of_values(self):
        output, _ = self.lookup("-", stdin="".join(f"{number:032x}\n" for number in range(1, 501)))
        self.assertEqual(output.count("knows nothing"), 500)

    def test_lookups_are_cached_and_counted(self):
        cache = {"KASPERSKY_CACHE_PATH": str(self.folder / "cache.db"), "KASPERSKY_DAILY_QUOTA": "1"}
        before = len(self.lookups())
        self.lookup(MD5, **cache)
        env = self.stack.environment(CONNECTOR_LOG_LEVEL=None, KASPERSKY_LOOKUP_RESERVED="true", **cache)
        _, shown = on_a_terminal("lookup", MD5, env=env)
        self.assertIn("0 of 1 requests left today", shown)
        self.assertEqual(len(self.lookups()) - before, 1)
        output, errors = self.lookup(UNKNOWN, MD5, code=UNAVAILABLE, **cache)
        self.assertIn("Kaspersky daily quota exhausted", output)
        self.assertIn("Stopped: 1 of the values was not looked up.", errors)
        self.lookup("--fresh", MD5, code=UNAVAILABLE, **cache)

    def test_beside_a_running_connector_the_cache_is_done_without(self):
        cache = str(self.folder / "cache.db")
        self.stack.start_connector(KASPERSKY_CACHE_PATH=cache)
        output, errors = self.lookup(MD5, KASPERSKY_CACHE_PATH=cache, KASPERSKY_DAILY_QUOTA="10")
        self.stack.connector.stop()
        self.assertIn("RED", output)
        self.assertIn("Continuing without the cache", errors)
        self.assertNotIn("of 10 requests", output)

    def test_when_kaspersky_cannot_be_asked(self):
        output, errors = self.lookup(MD5, code=UNAVAILABLE, KASPERSKY_API_KEY=SECRET)
        self.assertIn("the API token is wrong or has expired", output)
        self.assertNotIn(SECRET, output + errors)
        self.lookup(MD5, code=UNAVAILABLE, KASPERSKY_API_BASE_URL=f"http://127.0.0.1:{free_port()}")

    def test_an_answer_that_cannot_be_used(self):
        with self.fault(self.stack.tip, kind="not_json"):
            self.lookup(MD5, code=FAILED)

    def test_values_that_are_not_worth_a_request(self):
        output, _ = self.lookup("192.168.0.1", KASPERSKY_LOOKUP_RESERVED=None)
        self.assertIn("192.168.0.1 is a special address (private)", output)
        _, errors = self.lookup("nonsense", code=BAD_VALUE)
        self.assertIn("it is not a hash, address, domain or URL", errors)
        output, _ = self.lookup("nonsense", code=BAD_VALUE)
        self.assertEqual(output, "")

    def test_output_that_cannot_be_written_is_a_failure(self):
        env = {"PATH": os.environ["PATH"]}
        sample = ROOT / "samples/file/malicious/answer.json"
        with open("/dev/full", "w", encoding="utf-8") as full:
            ended = subprocess.run([PROGRAM, "lookup", "--offline", sample], env=env, stdout=full, stderr=subprocess.PIPE, text=True,
                                   timeout=60, check=False)
        self.assertEqual((ended.returncode, ended.stderr), (FAILED, "The output could not be written.\n"))

    def test_a_full_disk_costs_one_request(self):
        before = len(self.lookups())
        with open("/dev/full", "w", encoding="utf-8") as full:
            ended = subprocess.run([PROGRAM, "lookup", MD5, DOMAIN, UNKNOWN], env=self.stack.environment(), stdout=full,
                                   stderr=subprocess.PIPE, text=True, timeout=60, check=False)
        self.assertEqual(ended.returncode, FAILED)
        self.assertIn("Stopped: 2 of the values were not looked up.", ended.stderr)
        self.assertEqual(len(self.lookups()) - before, 1)

    def test_no_more_is_asked_once_the_reader_has_gone(self):
        before = len(self.lookups())
        reading, writing = os.pipe()
        with subprocess.Popen([PROGRAM, "lookup", "-"], env=self.stack.environment(), stdin=subprocess.PIPE, stdout=writing,
                              stderr=subprocess.PIPE) as process:
            os.close(writing)
            process.stdin.write(f"{MD5}\n".encode())
            process.stdin.flush()
            os.close(reading)
            process.communicate("".join(f"{number:032x}\n" for number in range(1, 40)).encode(), timeout=60)
        self.assertEqual(process.returncode, FAILED)
        self.assertEqual(len(self.lookups()) - before, 1)

    def interrupt(self, number, command, **options):
        """→ the exit code and the errors of a lookup that gets a signal while it waits for Kaspersky."""
        with self.fault(self.stack.tip, kind="hold"):
            process = subprocess.Popen([*command, PROGRAM, "lookup", "-"], env=self.stack.environment(), stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
            self.addCleanup(process.kill)
            process.stdin.write(f"{UNKNOWN}\n{MD5}\n".encode())
            process.stdin.close()
            self.wait_until_held(self.stack.tip)
            program = process.pid
            if command:
                program = int(pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text())
            os.kill(program, number)
            code = process.wait(30)
            errors = process.stderr.read().decode()
            process.stdout.close()
            process.stderr.close()
            return code, errors

    def test_a_signal_ends_it(self):
        for number, code in ((signal.SIGINT, INTERRUPTED), (signal.SIGTERM, TERMINATED)):
            with self.subTest(number):
                ended, errors = self.interrupt(number, [])
                self.assertEqual(ended, code)
                self.assertIn("Stopped: 2 of the values were not looked up.", errors)

    def test_a_signal_ends_it_also_as_the_first_process_of_a_container(self):
        as_first = ["unshare", "--fork", "--pid", "--kill-child"]
        if subprocess.run([*as_first, "true"], capture_output=True, check=False).returncode != 0:
            self.skipTest("no namespace can be made here")
        for number, code in ((signal.SIGINT, INTERRUPTED), (signal.SIGTERM, TERMINATED)):
            with self.subTest(number):
                self.assertEqual(self.interrupt(number, as_first)[0], code)

    def test_a_signal_ends_it_while_it_waits_for_values(self):
        process = subprocess.Popen([PROGRAM, "lookup", "-"], env=self.stack.environment(), stdin=subprocess.PIPE)
        self.addCleanup(process.stdin.close)
        self.addCleanup(process.kill)

        def handles_interrupts():
            blocked = re.search(r"(?m)^SigBlk:\s*(\w+)", pathlib.Path(f"/proc/{process.pid}/status").read_text())[1]
            return int(blocked, 16) & 1 << signal.SIGINT - 1

        wait_until(handles_interrupts, "the program handles signals")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(30), INTERRUPTED)

    def test_nothing_is_left_in_another_users_folder(self):
        if os.geteuid() != 0:
            self.skipTest("only root can give a folder away")
        os.chown(self.folder, OTHER_USER, OTHER_USER)
        output, errors = self.lookup(MD5, KASPERSKY_CACHE_PATH=str(self.folder / "cache.db"))
        self.assertIn("RED", output)
        self.assertIn("the connector creates it", errors)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_another_users_damaged_file_stays(self):
        if os.geteuid() != 0:
            self.skipTest("only root can give a file away")
        cache = self.folder / "cache.db"
        cache.write_text("damaged" * 1000)
        os.chown(cache, OTHER_USER, OTHER_USER)
        output, errors = self.lookup(MD5, KASPERSKY_CACHE_PATH=str(cache))
        self.assertIn("RED", output)
        self.assertIn("Continuing without the cache", errors)
        self.assertEqual(list(self.folder.iterdir()), [cache])
        self.assertEqual(cache.read_text(), "damaged" * 1000)

    def test_wrong_use(self):
        self.lookup(code=USAGE)
        self.lookup(code=USAGE, KASPERSKY_API_KEY=None)
        self.lookup("-", stdin="\n# nothing\n", code=USAGE)
        self.lookup("--offline", "", code=BAD_VALUE)
        self.lookup("--json", "--bundle", MD5, code=USAGE)
        _, errors = self.lookup(MD5, code=CONFIGURATION, KASPERSKY_API_KEY=None)
        self.assertIn("KASPERSKY_API_KEY is not set", errors)

    def test_without_a_key_it_says_how_to_try_it(self):
        hint = "Without a key, try a saved answer: kaspersky-enrichment lookup --offline samples/file/malicious/answer.json"
        _, errors = self.lookup(MD5, code=CONFIGURATION, KASPERSKY_API_KEY=None)
        self.assertIn(hint, errors)
        _, errors = self.lookup(code=USAGE, KASPERSKY_API_KEY=None)
        self.assertIn(hint, errors)
        _, errors = self.lookup(MD5, code=CONFIGURATION, KASPERSKY_MAX_PAP="pink")
        self.assertNotIn(hint, errors)

    def test_invalid_values_are_reported_before_settings_are_checked(self):
        output, errors = self.lookup("nonsense", "--json", code=BAD_VALUE, KASPERSKY_API_KEY=None)
        self.assertIn("'nonsense' was not looked up", errors)
        self.assertNotIn("KASPERSKY_API_KEY", errors)
        self.assertEqual(output, "null\n")
        output, errors = self.lookup("-", stdin=f"nonsense\n{MD5}\n", code=CONFIGURATION, KASPERSKY_API_KEY=None)
        self.assertRegex(errors, "(?s)'nonsense' was not looked up.*KASPERSKY_API_KEY is not set")
        self.assertEqual(output, "")

    def test_on_a_terminal_it_is_wrapped_at_the_width(self):
        sample = ROOT / "samples/ip/full/answer.json"
        _, shown = on_a_terminal("lookup", "--offline", sample, columns=60, env={"NO_COLOR": "1"})
        lines = shown.splitlines()
        # Lines are broken between words only.
        self.assertEqual([line for line in lines if len(line) > 60 and " " in line.strip()], [])
        self.assertRegex(shown, r"First seen +2020-11-02 06:10 UTC +\(\d+ years ago\)")
        plain = run_program("lookup", "--offline", sample).stdout
        self.assertGreater(len(lines), len(plain.splitlines()))
        self.assertNotIn("years ago", plain)

    def test_on_a_terminal_it_is_in_colours_and_shows_how_far_it_is(self):
        env = {**self.stack.environment(), "TERM": "xterm"}
        code, shown = on_a_terminal("lookup", MD5, env=env)
        self.assertEqual(code, OK)
        self.assertIn("\x1b[1;97;41m RED \x1b[0m", shown)
        _, shown = on_a_terminal("lookup", MD5, UNKNOWN, DOMAIN, env=env)
        self.assertIn("1 of 3", shown)
        _, shown = on_a_terminal("lookup", MD5, env={**env, "NO_COLOR": "1"})
        self.assertNotIn("\x1b", shown)


if __name__ == "__main__":
    unittest.main()
