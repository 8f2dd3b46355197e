"""One, three or eight workers of the platform import concurrently while it closes works: nothing is lost."""

import unittest

from support import MALICIOUS, SystemTest, new_stack, wait_until

WORKS = 300
# The connector checks a result for the first time one minute after it sent it, then every 20 seconds.
LOOKED_AT = 150.0
SENT_AGAIN = "A result was not imported, so it was sent again"


class ManyWorkers(SystemTest):
    def assert_nothing_is_lost(self, workers):
        """The platform closes works twenty times per second, while its workers import many results slowly and concurrently."""
        self.use(new_stack(opencti_options=("--tick-ms", "50", "--workers", str(workers))))
        self.stack.start_connector(CONNECTOR_LOG_LEVEL="warning")
        self.stack.opencti.post("/control/worker", object_ms=10)
        files = [self.new_file() for _ in range(WORKS)]
        works = self.stack.opencti.post("/control/enrich", entity_ids=files)["work_ids"]
        wait_until(lambda: all(self.stack.work(work)["processed_time"] for work in works[::50]), "all works are reported as processed", 60)
        before = self.platform_requests()
        def missing():
            return [file for file in files if self.known(file) != MALICIOUS]
        wait_until(lambda: not missing(), "every object of every work is imported", LOOKED_AT, every=2)
        dropped = self.stack.opencti.get("/control/state")["dropped"]
        print(f"{workers} workers: {dropped} objects dropped, {len(self.lines(SENT_AGAIN))} results sent again, "
              f"{self.platform_requests() - before} requests since all were reported on", flush=True)
        self.assertLessEqual(self.platform_requests() / WORKS, 4.2, "requests for each enrichment")
        return dropped

    def test_with_one(self):
        self.assertEqual(self.assert_nothing_is_lost(1), 0)

    def test_with_three(self):
        # Whether something is dropped depends on the speed of the machine.
        self.assert_nothing_is_lost(3)

    def test_with_eight(self):
        self.assertGreater(self.assert_nothing_is_lost(8), 0, "the platform did drop something")


if __name__ == "__main__":
    unittest.main()
