"""Enrichments run side by side, but their results go out in the order of their works: the platform closes every work that
is older than the one it heard of last, and its workers drop what still comes for a closed one."""

import random
import unittest

from support import OneConnectorTest, wait_until

WORKS = 500
SOME_TIME = 120.0


class Order(OneConnectorTest):
    stack_options = {"opencti_options": ("--tick-ms", "50")}

    def enrich_many(self):
        """Each lookup takes a time of its own, some requests to the platform fail, and people's requests are in between."""
        chance = random.Random(7)
        files = [self.new_file() for _ in range(WORKS)]
        for file in files:
            sha256 = self.object(file)["hashes"]["SHA-256"]
            self.stack.tip.post("/control/faults", match=sha256, kind="latency", ms=chance.randrange(0, 150))
        for operation in ("stixCoreObject", "isWorkAlive", "addExpectations", "toProcessed"):
            for fault in ({"kind": "status", "status": 502}, {"kind": "reset", "before": False, "when": "headers"},
                          {"kind": "graphql_error", "message": "LOCK_ERROR"}):
                self.stack.opencti.post("/control/faults", operation=operation, times=4, **fault)
        works = []
        for at in range(0, WORKS, 10):
            mode = chance.choice(("manual", "auto"))
            works += self.stack.opencti.post("/control/enrich", entity_ids=files[at:at + 10], mode=mode)["work_ids"]
        return files, works

    def test_results_go_out_in_the_order_of_the_works_and_none_is_lost(self):
        files, works = self.enrich_many()
        wait_until(lambda: self.stack.opencti.get("/control/state")["works"]["complete"] == WORKS, "all works are complete",
                   SOME_TIME)
        for work in works:
            self.stack.wait_for_work(work)
        self.assertEqual(self.stack.opencti.get("/control/faults"), [], "each of them happened")
        sent = [bundle["work_id"] for bundle in self.stack.bundles()]
        self.assertEqual(sent, sorted(works))
        self.assertEqual(self.stack.opencti.get("/control/state")["dropped"], 0)
        for file in files:
            self.assert_enriched_as_malicious(file)
        self.assertEqual(len(self.lookups()), WORKS, "each was asked about once")


if __name__ == "__main__":
    unittest.main()
