"""simulators/opencti/conformance.mjs: this connector and a small one pass all checks, and flaws make exactly their checks fail."""

import contextlib
import json
import os
import pathlib
import re
import signal
import subprocess
import unittest

from support import PROGRAM, ROOT, TIP_TOKEN, free_port, new_stack, sample_observable, shared_broker, wait_until

CONFORMANCE = ROOT / "simulators" / "opencti" / "conformance.mjs"
SMALL = ("/usr/bin/python3", "-B", pathlib.Path(__file__).with_name("small_connector.py"))
PLATFORMS = ("7.260309-lts", "7.260318", "autumn-2026")
KNOWN = ("--type", "IPv4-Addr", "--value", "198.51.100.7", "--unknown", "203.0.113.9")
# For each combination of flaws, the checks that fail and what they report. Each check fails for at least one combination; flaws that
# hide each other are separate.
WRONG = {
    ("type", "automatic", "late", "draft", "twice", "careless", "early", "deaf"): {
        "register": "Its type is STREAM",
        "automatic": "The work is not complete .* not reported as received",
        "expectations": "Objects that were sent before they were announced: 1",
        "draft": "A bundle names no draft",
        "playbook": "The step was answered 2 times",
        "redelivery": 'The work is not complete .* "progress"',
        "crash": "The message was acknowledged before anything was done",
        "stop": "It still runs 5 s after SIGTERM",
    },
    ("names", "work", "scope", "tlp", "unknown", "gone", "rubbish", "gives-up"): {
        "queues": r"It ended \(exit code 1\)(.|\n)*no queue 'listen_",
        "manual": "The bundle does not name the work",
        "automatic": "The bundle does not name the work",
        "expectations": "The bundle does not name the work",
        "draft": "The bundle does not name the work",
        "scope": "A bundle came",
        "tlp": "A bundle came",
        "unknown": "The work has errors: Not known",
        "gone": "The work is not complete",
        "playbook-unchanged": "The step about an object marked TLP:RED is answered with a bundle that was changed",
        "unreadable": r"It ended \(exit code 1\)(.|\n)*JSONDecodeError",
        # Such a work is still alive after its end, and the connector opens it again.
        "redelivery": 'The work is not complete .* "progress"',
        "platform-away": "The work is not complete",
    },
    ("ping", "unordered", "careless", "report", "silent"): {
        "ping": "It does not ping",
        "order": r"Objects that were dropped because their works were already closed: \d",
        "report": "The work is not reported as processed",
        "playbook-unchanged": "The step is not answered",
    },
}


class Run:
    def __init__(self, *options, command=SMALL, flaws=(), environment=None):
        self.process = subprocess.Popen(
            ["node", CONFORMANCE, "--amqp", shared_broker().url, *options, "--", *command], text=True, start_new_session=True,
            env={**os.environ, **(environment or {}), "FLAWS": ",".join(flaws)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def end(self):
        self.output, self.complaints = self.process.communicate(timeout=500)
        return self

    @property
    def seen(self):
        """The result of each check that did not pass, and what it saw."""
        return {check["id"]: (check["result"], check["seen"]) for check in json.loads(self.output)["checks"] if check["result"] != "pass"}


class Conformance(unittest.TestCase):
    maxDiff = None

    def listed(self):
        return json.loads(Run("--list", "--json").end().output)

    def assert_all_pass(self, run):
        self.assertEqual((run.end().complaints, run.seen, run.process.returncode), ("", {}, 0))
        report = json.loads(run.output)
        self.assertEqual((report["passed"], report["failed"], report["not_applicable"]), (len(self.listed()), 0, 0))

    def test_this_connector_passes_on_each_platform(self):
        """The value is an address whose sample also names countries, domains and files."""
        stack = self.enterContext(new_stack())
        known = ("--type", "IPv4-Addr", "--value", sample_observable("ip", "full")["value"], "--unknown", "192.0.2.254")
        settings = {"KASPERSKY_API_BASE_URL": stack.tip.url, "KASPERSKY_API_KEY": TIP_TOKEN, "KASPERSKY_LOOKUP_RESERVED": "true"}
        runs = {platform: Run(*known, "--json", "--like", platform, command=[PROGRAM], environment=settings) for platform in PLATFORMS}
        for platform, run in runs.items():
            with self.subTest(platform):
                self.assert_all_pass(run)

    def test_wrong_ones_fail_in_the_rows_that_they_break_and_a_right_one_in_none(self):
        right = Run(*KNOWN, "--json")
        runs = {flaws: Run(*KNOWN, "--json", "--patience", "15", "--grace", "5", flaws=flaws) for flaws in WRONG}
        self.assert_all_pass(right)
        for flaws, rows in WRONG.items():
            run = runs[flaws].end()
            with self.subTest(flaws):
                self.assertEqual((sorted(run.seen), run.process.returncode, run.complaints), (sorted(rows), 1, ""))
                for check, text in rows.items():
                    self.assertEqual(run.seen[check][0], "fail")
                    self.assertRegex(run.seen[check][1], text)

    def test_each_check_is_seen_to_fail(self):
        self.assertEqual({check["id"] for check in self.listed()}, set().union(*WRONG.values()))

    def test_one_that_does_not_start_fails_once(self):
        run = Run(*KNOWN, "--only", "register,crash,stop", command=["sh", "-c", "echo No such file >&2; exit 2"]).end()
        self.assertEqual(run.process.returncode, 1)
        self.assertRegex(run.output, r"(?m)^FAIL .* register .*\n +Seen: It ended \(exit code 2\); its output ends with:\n +No such file\n +Source: ")
        self.assertEqual(len(re.findall(r"(?m)^n/a .*\n +Not run: the connector does not register\.$", run.output)), 2)
        self.assertTrue(run.output.endswith("\n0 passed, 1 failed, 2 not applicable\n"))

    def test_checks_of_other_kinds_are_not_applicable(self):
        run = Run(*KNOWN[:4], "--only", "manual,unknown").end()
        self.assertEqual(run.process.returncode, 0)
        self.assertRegex(run.output, r"(?m)^n/a .* unknown .*\n +Name a value that its source does not know: --unknown VALUE\.$")
        self.assertTrue(run.output.endswith("\n1 passed, 0 failed, 1 not applicable\n"))

    def test_of_one_that_takes_messages_over_http_the_registration_is_checked(self):
        settings = {"KASPERSKY_API_KEY": "a-key", "CONNECTOR_LISTEN_PROTOCOL": "API", "CONNECTOR_LISTEN_PROTOCOL_API_PORT": str(free_port())}
        run = Run(*KNOWN, "--only", "register,manual,crash", "--json", command=[PROGRAM], environment=settings).end()
        why = "It takes messages over HTTP; only what comes over its queue is checked."
        self.assertEqual((run.process.returncode, run.seen), (0, {"manual": ("not_applicable", why), "crash": ("not_applicable", why)}))

    def test_without_a_broker_nothing_is_checked(self):
        run = Run(*KNOWN, "--amqp", f"amqp://guest:guest@127.0.0.1:{free_port()}/").end()
        self.assertEqual((run.process.returncode, run.complaints), (69, "There is no RabbitMQ at the address that --amqp gives.\n"))

    def test_a_wrong_command_line_says_how_it_is_used(self):
        for options, command, complaint in (
                (KNOWN, (), "The connector's command is missing: put it after --."),
                ((), SMALL, "--type and --value are required"),
                ((*KNOWN, "--only", "crash,sotp"), SMALL, 'There is no check "sotp"; --list prints them.'),
                (("--type", "IPv4", "--value", "1"), SMALL, "--type must be one of")):
            with self.subTest(complaint):
                run = Run(*options, command=command).end()
                self.assertEqual((run.process.returncode, run.output), (64, ""))
                self.assertTrue(run.complaints.startswith(complaint), run.complaints)

    def test_interrupted_it_leaves_nothing(self):
        run = Run(*KNOWN, "--only", "automatic", flaws=["automatic"])
        def both():
            pids = children(run.process.pid)
            return len(pids) == 2 and pids
        started = wait_until(both, "the platform and the connector are started")
        run.process.send_signal(signal.SIGINT)
        self.assertEqual(run.end().process.returncode, 130, run.complaints)
        self.assertEqual([pid for pid in started if pathlib.Path(f"/proc/{pid}").exists()], [])


def children(pid):
    """The ids of the processes that this process started."""
    found = []
    for status in pathlib.Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError):
            if f"\nPPid:\t{pid}\n" in status.read_text():
                found.append(status.parent.name)
    return found


class Document(unittest.TestCase):
    def test_the_table_of_checks_is_the_one_that_is_printed(self):
        document = (ROOT / "docs" / "conformance.md").read_text()
        rows = re.findall(r"(?m)^\| `([\w-]+)` \| (.*) \| (.*) \|$", document)
        listed = json.loads(subprocess.run(["node", CONFORMANCE, "--list", "--json"], capture_output=True, check=True).stdout)
        self.assertEqual(rows, [(check["id"], check["wants"], check["source"]) for check in listed])


if __name__ == "__main__":
    unittest.main()
