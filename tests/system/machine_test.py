"""Problems of the machine: its clock jumps, or the reader of the log does not read."""

import contextlib
import json
import os
import pathlib
import re
import subprocess
import threading
import unittest
import urllib.error
import urllib.request

from command_runs import run_program
from support import FOUND_MALICIOUS, SANITIZED, SystemTest, free_port, new_stack, wait_until

HOUR = 3600
CLOCK_JUMP = pathlib.Path(os.environ.get("CLOCK_JUMP_LIBRARY", ""))


@unittest.skipIf(SANITIZED, "sanitizers want to be loaded first")
class ClockJump(SystemTest):
    def setUp(self):
        self.use(new_stack())
        self.clock = self.stack.folder / "clock"
        self.jump(0)
        self.stack.start_connector(LD_PRELOAD=str(CLOCK_JUMP), CLOCK_JUMP_FILE=str(self.clock))
        self.wait_for_line("Consuming")

    def jump(self, seconds):
        new = self.clock.with_suffix(".new")
        new.write_text(str(seconds))
        new.rename(self.clock)

    def jump_during_a_lookup(self, seconds):
        with self.fault(self.stack.tip, kind="hold"):
            work = self.stack.enrich(self.new_file())
            self.wait_until_held(self.stack.tip)
            self.jump(seconds)
        self.stack.tip.post("/control/release")
        self.assert_result(self.stack.wait_for_work(work), FOUND_MALICIOUS)
        years = {line["timestamp"][:4] for line in self.log()}
        self.assertEqual(len(years), 2, "the log has the machine's time")
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)
        self.assertEqual((len(self.lines("Connector registered")), len(self.lines("Consuming"))), (1, 1), "no timeout ended a connection")

    def test_years_ahead(self):
        self.jump_during_a_lookup(3 * 365 * 24 * HOUR)

    def test_years_back(self):
        self.jump_during_a_lookup(-3 * 365 * 24 * HOUR)


@unittest.skipIf(SANITIZED, "sanitizers want to be loaded first")
class WrongClock(SystemTest):
    def setUp(self):
        self.use(new_stack())
        clock = self.stack.folder / "clock"
        clock.write_text(str(round(-3.5 * HOUR)))
        self.environment = {"LD_PRELOAD": str(CLOCK_JUMP), "CLOCK_JUMP_FILE": str(clock)}

    def test_check_names_both_times_and_the_consequences(self):
        ended = run_program("check", env=self.stack.environment(**self.environment))
        self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)
        [line] = [line for line in ended.stdout.splitlines() if line.split()[1] == "clock"]
        self.assertRegex(line, "^warning +clock +this host's clock is 3 hours behind the platform's: ([0-9: -]{19}) here, "
                         "([0-9: -]{19}) there [(]UTC[)], and 3 hours behind Kaspersky's: .*; synchronise the clocks")
        self.assertIn("notes and Indicators get wrong dates", line)

    def test_the_log_names_it_once(self):
        self.stack.start_connector(**self.environment)
        self.enrich(self.new_file())
        [line] = self.lines("The clock of this host is")
        self.assertEqual((line["level"], line["message"]), ("WARNING", "The clock of this host is 3 hours behind the platform's"))
        self.assertIn("here", line["attributes"]["times"])


class UnreadLog(SystemTest):
    """Standard error is a pipe from which nothing is read."""

    LINES = 600

    def setUp(self):
        self.use(new_stack())
        port = free_port()
        self.status = f"http://127.0.0.1:{port}"
        self.connector = subprocess.Popen([self.stack.program], cwd=self.stack.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                          stderr=subprocess.PIPE, env=self.stack.environment(
                                              CONNECTOR_LOG_LEVEL="debug", CONNECTOR_HTTP_PORT=str(port), OPENCTI_JSON_LOGGING="true"))
        self.addCleanup(self.end)
        wait_until(lambda: self.stack.opencti.get("/control/state")["registrations"] == 1, "the connector registers")

    def end(self):
        if self.connector.poll() is None:
            self.connector.kill()
            self.connector.wait()
        self.connector.stderr.close()

    def fill(self):
        """Causes more log lines than the pipe and the connector's buffer hold: a line of 4 KiB per request."""
        for _ in range(self.LINES):
            with contextlib.suppress(urllib.error.HTTPError):
                urllib.request.urlopen(f"{self.status}/{'x' * 4000}", timeout=10).close()

    def dropped(self):
        with urllib.request.urlopen(f"{self.status}/metrics", timeout=10) as answer:
            return float(re.search(r"(?m)^\w*log_lines_dropped_total (\S+)$", answer.read().decode()).group(1))

    def test_it_stops_neither_the_enrichment_nor_the_stop(self):
        self.fill()
        self.assertGreater(self.dropped(), 0)
        work = self.stack.enrich(self.new_file())
        wait_until(lambda: self.stack.work(work)["status"] == "complete", "the file is enriched")
        self.connector.terminate()
        self.assertEqual(self.connector.wait(10), 0)

    def test_a_reader_that_comes_late_learns_how_much_is_missing_and_gets_the_last_lines(self):
        self.fill()
        dropped = self.dropped()
        lines = []
        reading = threading.Thread(target=lambda: lines.extend(self.connector.stderr))
        reading.start()
        work = self.stack.enrich(self.new_file())
        wait_until(lambda: self.stack.work(work)["status"] == "complete", "the file is enriched")
        self.connector.terminate()
        self.assertEqual(self.connector.wait(10), 0)
        reading.join(10)
        log = [json.loads(line) for line in lines]
        [missing] = [line for line in log if line["message"].startswith("Log lines are missing here")]
        self.assertEqual(missing["attributes"]["lines"], dropped)
        self.assertEqual(missing["level"], "WARNING")
        self.assertEqual(log[-1]["message"], "Stopped")


class FullDisk(SystemTest):
    def test_a_log_that_cannot_be_written_stops_nothing(self):
        self.use(new_stack())
        with open("/dev/full", "wb") as full:
            connector = subprocess.Popen([self.stack.program], env=self.stack.environment(), stdin=subprocess.DEVNULL, stdout=full,
                                         stderr=full, cwd=self.stack.folder)
        try:
            wait_until(lambda: self.stack.opencti.get("/control/state")["registrations"] == 1, "the connector registers")
            work = self.stack.enrich(self.new_file())
            wait_until(lambda: self.stack.work(work)["status"] == "complete", "the file is enriched")
        finally:
            connector.terminate()
            self.assertEqual(connector.wait(30), 0)


if __name__ == "__main__":
    unittest.main()
