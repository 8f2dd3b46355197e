"""Five hundred works, while Kaspersky answers after random times, and the platform fails at random and closes every work that a
newer one has overtaken: no object is dropped, and each work ends as if nothing had failed. SYSTEM_TEST_SEED repeats a run."""

import copy
import json
import os
import random
import secrets
import unittest

from support import FOUND_MALICIOUS, MALICIOUS, OBJECTS, ROOT, Failure, SystemTest, new_stack, wait_until

WORKS = 500
LONGEST_LOOKUP_MS = 200
CALLS = ("stixCoreObject", "isWorkAlive", "addExpectations", "toProcessed")
FAULTS = (
    {"kind": "status", "status": 502},
    {"kind": "status", "status": 500},
    {"kind": "reset"},
    {"kind": "reset", "when": "headers", "before": False},
    {"kind": "cut", "length": "long"},
    {"kind": "graphql_error", "message": "Execution timeout (LOCK_ERROR)"},
    {"kind": "latency", "ms": 150},
)
WORKS_PER_FAULT = 5
FILES_AT_ONCE = 10


class ManyWorks(SystemTest):
    def begin(self, workers):
        seed = int(os.environ.get("SYSTEM_TEST_SEED", secrets.randbelow(2**32)))
        print(f"{workers} workers, SYSTEM_TEST_SEED={seed}", flush=True)
        self.chance = random.Random(seed)
        self.use(new_stack(opencti_options=("--tick-ms", "50")))
        # Only errors are logged, because a complete log would take most of the test's time.
        self.stack.start_connector(CONNECTOR_WORKERS=str(workers), CONNECTOR_LOG_LEVEL="error")

    def new_files(self):
        """New files; Kaspersky answers about each after a random time."""
        sample = json.loads((ROOT / "samples" / "file" / "malicious" / "answer.json").read_text())
        answers, late, files = [], [], []
        for _ in range(WORKS):
            answer = copy.deepcopy(sample)
            for name, digits in (("Md5", 32), ("Sha1", 40), ("Sha256", 64)):
                answer["FileGeneralInfo"][name] = f"{self.chance.getrandbits(digits * 4):0{digits}X}"
            answers.append(answer)
            sha256 = answer["FileGeneralInfo"]["Sha256"].lower()
            late.append({"match": sha256, "kind": "latency", "ms": self.chance.randrange(LONGEST_LOOKUP_MS)})
            files.append(self.stack.add_file({"SHA-256": sha256}))
        self.stack.tip.post("/control/samples", answers=answers)
        self.stack.tip.post_list("/control/faults", late)
        return files

    def ask_for(self, files):
        """Requests enrichments, at random manually or automatically; manual requests go first. → the ids of the works"""
        works = []
        for at in range(0, WORKS, FILES_AT_ONCE):
            mode = self.chance.choice(("manual", "auto"))
            works += self.stack.opencti.post("/control/enrich", entity_ids=files[at:at + FILES_AT_ONCE], mode=mode)["work_ids"]
        return works

    def completed(self):
        return self.stack.opencti.get("/control/state")["works"]["complete"]

    def wait_while_the_platform_fails_by_chance(self):
        """About one call in twenty fails: each fault happens once, and the faults are spread over the works."""
        due = range(0, WORKS, WORKS_PER_FAULT)
        def look():
            nonlocal due
            done = self.completed()
            while due and due[0] <= done:
                fault = {"operation": self.chance.choice(CALLS), "times": 1, **self.chance.choice(FAULTS)}
                self.stack.opencti.post("/control/faults", **fault)
                due = due[1:]
            return done == WORKS
        try:
            wait_until(look, "all works are complete", timeout=150)
        except Failure:
            stuck = [work for work in self.stack.opencti.get("/control/works") if work["status"] != "complete"]
            self.fail(f"{len(stuck)} works are not complete, the first is {stuck[:1]}")

    def assert_all_end_right(self, workers):
        self.begin(workers)
        files = self.new_files()
        works = self.ask_for(files)
        self.wait_while_the_platform_fails_by_chance()
        wait_until(lambda: all(work["processed_time"] for work in self.stack.opencti.get("/control/works")), "all works are reported as processed")
        for work in self.stack.opencti.get("/control/works"):
            with self.subTest(work["id"]):
                self.assert_counts(work, OBJECTS)
                self.assertEqual((set(self.messages(work)), self.errors(work), work["forced"]), ({FOUND_MALICIOUS}, [], False))
        bundles = self.stack.bundles()
        self.assertEqual([bundle["work_id"] for bundle in bundles], sorted(works), "each result is sent once, in the order of the works")
        self.assertEqual(self.stack.opencti.get("/control/state")["dropped"], 0)
        self.assertEqual([file for file in files if self.known(file) != MALICIOUS], [], "files that are not enriched")

    def test_with_eight_workers(self):
        self.assert_all_end_right(8)

    def test_with_sixteen_workers(self):
        self.assert_all_end_right(16)


if __name__ == "__main__":
    unittest.main()
