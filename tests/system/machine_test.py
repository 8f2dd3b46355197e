"""The machine itself misbehaves: its clock jumps, its disk is full."""

import os
import pathlib
import subprocess
import unittest

from support import FOUND_MALICIOUS, SANITIZED, SystemTest, new_stack, wait_until

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
