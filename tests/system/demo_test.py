"""The demo: what it prints, and that it leaves nothing behind, however it ends."""

import contextlib
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import unittest

from support import PROGRAM, ROOT, Failure, wait_until

from stack import Http  # Found by the import before.

DEMO_SECONDS = 240
# A shell that runs the tests in the background ignores Ctrl-C for them and their children; the demo is tested as in a terminal.
signal.signal(signal.SIGINT, signal.default_int_handler)
# The beginning of each row of the table; the rest of a title may be on the next line.
ASKED = ("a malicious file", "a clean file", "a file that Kaspersky does not", "a file marked TLP:RED", "an IPv4 address", "a domain",
         "a hostname", "a URL with a query", "the same malicious file")


class Demo:
    """One run of the demo, with its own folder for temporary files, which is also how its processes are found."""

    def __init__(self, folder, *arguments):
        self.folder = pathlib.Path(folder)
        # In its own session, because Ctrl-C in a terminal interrupts the whole process group.
        self._process = subprocess.Popen(
            ["/usr/bin/python3", "-B", str(ROOT / "simulators" / "demo.py"), "--program", str(PROGRAM), *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd="/", start_new_session=True,
            env={**os.environ, "TMPDIR": str(self.folder)})

    def interrupt(self, number=signal.SIGINT):
        os.killpg(self._process.pid, number)

    def wait_for_line(self, pattern):
        """→ the match of the pattern in a line that the demo prints"""
        for line in self._process.stdout:
            if found := re.search(pattern, line):
                return found
        raise Failure(f"it ended without {pattern}")

    def end(self):
        """→ the exit code, the output, the errors"""
        try:
            printed, complaints = self._process.communicate(timeout=DEMO_SECONDS)
        finally:
            self.kill()
        return self._process.returncode, printed, complaints

    def kill(self):
        if self._process.poll() is None:
            self._process.kill()
        for process in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def processes(self):
        """The ids of its processes that still run: the folder is their working directory, or in their environment or command line."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                with contextlib.suppress(OSError):
                    told = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
                    if str(self.folder).encode() in told or str((entry / "cwd").readlink()).startswith(str(self.folder)):
                        found.append(int(entry.name))
        return found

    def has_started(self, name):
        """Whether the demo has started the process that writes this log."""
        return any(self.folder.rglob(f"{name}.log"))


class DemoTest(unittest.TestCase):
    def demo(self, *arguments):
        demo = Demo(self.enterContext(tempfile.TemporaryDirectory(prefix="kaspersky-enrichment-demo-")), *arguments)
        self.addCleanup(demo.kill)
        return demo

    def assert_left_nothing(self, demo):
        self.assertEqual(demo.processes(), [])
        self.assertEqual(list(demo.folder.iterdir()), [])

    def assert_shows_all(self, demo):
        code, printed, complaints = demo.end()
        self.assertEqual((code, complaints), (0, ""))
        rows = [line for line in printed.splitlines() if " | " in line]
        self.assertEqual([asked for asked in ASKED if not any(row.startswith(asked) for row in rows)], [], printed)
        self.assertIn("Kaspersky zone: red.", printed)
        self.assertIn("two of them for one file", printed)
        self.assertIn("The identity is the author", printed)
        self.assertIn("none for the file marked TLP:RED", printed)
        self.assertRegex(printed.splitlines()[-1], r"^The status page was at http://127\.0\.0\.1:\d+/; \./dev demo --keep leaves it open")
        self.assertNotIn("refused:", printed)
        self.assert_left_nothing(demo)

    def test_two_at_once_show_all_and_leave_nothing(self):
        demos = [self.demo(), self.demo()]
        for demo in demos:
            self.assert_shows_all(demo)

    def test_its_usage_comes_before_anything_is_built(self):
        told = subprocess.run([ROOT / "dev", "demo", "--help"], capture_output=True, text=True, timeout=20, check=True)
        self.assertEqual((told.stdout.splitlines()[0], told.stderr), ("usage: ./dev demo [--keep]", ""))
        wrong = subprocess.run([ROOT / "dev", "demo", "--kepe"], capture_output=True, text=True, timeout=20, check=False)
        self.assertEqual((wrong.returncode, wrong.stdout), (64, ""))
        self.assertIn("usage: ./dev demo [--keep]", wrong.stderr)

    def test_kept_the_status_page_shows_all_until_ctrl_c(self):
        demo = self.demo("--keep")
        page = demo.wait_for_line(r"^The status page is at (http://\S+/); ")[1]
        status = Http(page.rstrip("/")).get("/status")
        self.assertTrue(status["ready"])
        # Includes the requests that the platform made for new objects.
        self.assertGreaterEqual(len(status["enrichments"]), len(ASKED))
        demo.interrupt()
        code, _, complaints = demo.end()
        self.assertEqual((code, complaints), (0, ""))
        self.assert_left_nothing(demo)

    def test_ctrl_c_at_any_time_leaves_nothing(self):
        # Interrupts it when only the broker runs, when the simulators run too, and when everything runs.
        for stage in ("rabbitmq", "opencti", "connector-1"):
            with self.subTest(stage):
                demo = self.demo()
                wait_until(lambda: demo.has_started(stage), f"{stage} is started", timeout=DEMO_SECONDS)  # noqa: B023
                demo.interrupt()
                code, _, complaints = demo.end()
                self.assertEqual((code, complaints.strip()), (130, "Stopped; everything is cleaned up."))
                self.assert_left_nothing(demo)

    def test_so_does_sigterm(self):
        demo = self.demo()
        wait_until(lambda: demo.has_started("tip"), "the simulators are started", timeout=DEMO_SECONDS)
        demo.interrupt(signal.SIGTERM)
        self.assertEqual(demo.end()[0], 128 + signal.SIGTERM)
        self.assert_left_nothing(demo)


if __name__ == "__main__":
    unittest.main()
