"""Enrichments run side by side, but their results go out in the order of their works: the platform closes every work that
is older than the one it heard of last, and its workers drop what still comes for a closed one."""

import random
import unittest

from support import OneConnectorTest, wait_until

WORKS = 60


class Order(OneConnectorTest):
    stack_options = {"opencti_options": ("--tick-ms", "50")}

    def enrich_many(self):
        files = [self.new_file() for _ in range(WORKS)]
        shuffled = random.Random(7)
        for file in files:
            sha256 = self.object(file)["hashes"]["SHA-256"]
            self.stack.tip.post("/control/faults", match=sha256, kind="latency", ms=shuffled.randrange(0, 400))
        works = self.stack.opencti.post("/control/enrich", entity_ids=files)["work_ids"]
        return files, works

    def test_results_go_out_in_the_order_of_the_works_and_none_is_lost(self):
        files, works = self.enrich_many()
        wait_until(lambda: self.stack.opencti.get("/control/state")["works"]["complete"] == WORKS, "all works are complete")
        for work in works:
            self.stack.wait_for_work(work)
        self.assertEqual([bundle["work_id"] for bundle in self.stack.bundles()], sorted(works))
        self.assertEqual(self.stack.opencti.get("/control/state")["dropped"], 0)
        for file in files:
            self.assert_enriched_as_malicious(file)
        self.assertEqual(len(self.lookups()), WORKS, "each was asked about once")


if __name__ == "__main__":
    unittest.main()
