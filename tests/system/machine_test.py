"""The machine itself misbehaves: its clock jumps, its disk is full."""

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
        self.assertEqual(len(years), 2, "the log tells the time that the machine tells")
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)
        self.assertEqual((len(self.lines("Connector registered")), len(self.lines("Consuming"))), (1, 1), "nothing ran out")

    def test_years_ahead(self):
        self.jump_during_a_lookup(3 * 365 * 24 * HOUR)

    def test_years_back(self):
        self.jump_during_a_lookup(-3 * 365 * 24 * HOUR)


class UnreadLog(SystemTest):
    """Standard error is a pipe whose reader does not read."""

    LINES = 600

    def setUp(self):
        self.use(new_stack())
        port = free_port()
        self.status = f"http://127.0.0.1:{port}"
        self.connector = subprocess.Popen([self.stack.program], cwd=self.stack.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                          stderr=subprocess.PIPE, env=self.stack.environment(
                                              CONNECTOR_LOG_LEVEL="debug", CONNECTOR_HTTP_PORT=str(port), OPENCTI_JSON_LOGGING="true"))
        self.addCleanup(self.end)
        wait_until(lambda: self.stack.opencti.get("/control/state")["registrations"] == 1, "it registers")

    def end(self):
        if self.connector.poll() is None:
            self.connector.kill()
            self.connector.wait()
        self.connector.stderr.close()

    def fill(self):
        """More than the pipe and the connector's own buffer hold: a line of 4 KiB for each request."""
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
        wait_until(lambda: self.stack.work(work)["status"] == "complete", "it is enriched")
        self.connector.terminate()
        self.assertEqual(self.connector.wait(10), 0)

    def test_a_reader_that_comes_late_learns_how_much_is_missing_and_gets_the_last_lines(self):
        self.fill()
        dropped = self.dropped()
        lines = []
        reading = threading.Thread(target=lambda: lines.extend(self.connector.stderr))
        reading.start()
        work = self.stack.enrich(self.new_file())
        wait_until(lambda: self.stack.work(work)["status"] == "complete", "it is enriched")
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
            wait_until(lambda: self.stack.opencti.get("/control/state")["registrations"] == 1, "it registers")
            work = self.stack.enrich(self.new_file())
            wait_until(lambda: self.stack.work(work)["status"] == "complete", "it is enriched")
        finally:
            connector.terminate()
            self.assertEqual(connector.wait(30), 0)


if __name__ == "__main__":
    unittest.main()
