"""A long run of the built program with random faults of Kaspersky, the platform and the broker: is anything lost or published twice
with different content, does memory grow? See README.md in this folder."""

import argparse
import collections
import hashlib
import json
import pathlib
import random
import re
import secrets
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "simulators"))
from every_file import know_every_file  # noqa: E402
from fault_proxy import FaultProxy  # noqa: E402
from measuring import machine, resident_mib  # noqa: E402
from stack import Failure, Stack, wait_until  # noqa: E402

BATCH = 250
# How many batches are requested at once, and for how many batches a second copy of a result is noticed.
UNDER_WAY, REMEMBERED = 2, 20
# The number of records that the simulators keep: enough for everything that is in progress or checked.
KEEP = 2 * BATCH * REMEMBERED
PATIENCE = 600

TIP_FAULTS = (
    {"kind": "status", "status": 500}, {"kind": "status", "status": 503}, {"kind": "status", "status": 429, "retry_after": 1},
    {"kind": "reset"}, {"kind": "reset", "when": "headers"}, {"kind": "cut", "length": "long"}, {"kind": "not_json"},
    {"kind": "latency", "ms": 1_000},
)
PLATFORM_FAULTS = (
    {"kind": "status", "status": 502}, {"kind": "status", "status": 500}, {"kind": "reset"},
    {"kind": "reset", "when": "headers", "before": False}, {"kind": "cut", "length": "long"},
    {"kind": "graphql_error", "message": "Execution timeout (LOCK_ERROR)"}, {"kind": "latency", "ms": 300},
)
CALLS = ("stixCoreObject", "isWorkAlive", "addExpectations", "toProcessed", "*")


class Soak:
    def __init__(self, stack, chance, messages):
        self.stack = stack
        self.chance = chance
        self._messages = messages
        self._batches = collections.deque()
        self._contents = {}
        self._seen_bundles = 0
        self._imported = {}
        self.faults = collections.Counter()
        self.counts = collections.Counter()
        self.reasons = collections.Counter()
        self.lost = []
        self.different = []

    # --- requests ---

    def ask(self, number):
        files = {}
        for _ in range(number):
            sha256 = f"{self.chance.getrandbits(256):064x}"
            files[self.stack.add_file({"SHA-256": sha256})] = sha256
        works = self.stack.opencti.post("/control/enrich", entity_ids=list(files))["work_ids"]
        self._batches.append(dict(zip(works, files)))

    # --- faults ---

    def fail_by_chance(self):
        for _ in range(self.chance.randrange(6)):
            self._add(self.stack.tip, "Kaspersky", TIP_FAULTS)
        for _ in range(self.chance.randrange(12)):
            self._add(self.stack.opencti, "platform", PLATFORM_FAULTS, operation=self.chance.choice(CALLS))

    def _add(self, simulator, where, kinds, **more):
        simulator.post("/control/faults", times=1, **more, **self.chance.choice(kinds))
        self.faults[where] += 1

    def break_the_line(self, proxy, where):
        self.faults[f"line to the {where}"] += 1
        if self.chance.random() < 0.5:
            return proxy.cut()
        proxy.reset_connections()
        proxy.cut()
        wait_until(lambda: proxy.reset > 0, "it was tried", timeout=PATIENCE)
        proxy.reset = 0
        return proxy.restore()

    def kill_the_broker(self):
        self.faults["broker killed"] += 1
        self.stack.broker.kill()
        self.stack.broker.start()
        wait_until(lambda: self.stack.opencti.get("/control/state")["broker"]["connected"], "the platform has its broker", PATIENCE)

    # --- checks ---

    def settle_oldest(self):
        """Waits for the oldest batch, and checks how each of its works ended."""
        batch = self._batches.popleft()
        last = KEEP if self.faults["broker killed"] else BATCH * (UNDER_WAY + 2)

        def ended():
            works = {work["id"]: work for work in self.stack.opencti.get(f"/control/works?last={last}") if work["id"] in batch}
            return works if all(map(self._is_over, works.values())) else None
        try:
            works = wait_until(ended, "a batch is over", timeout=PATIENCE, every=0.2)
        except Failure:
            works = {work: self.stack.work(work) for work in batch}
        wait_until(lambda: self._all_are_in(works, batch) or None, "its results are in", timeout=PATIENCE, every=0.2)
        for work in batch:
            self._judge(works[work], batch[work])

    @staticmethod
    def _is_over(work):
        return work["status"] == "complete" and bool(work["processed_time"])

    def _all_are_in(self, works, batch):
        self._read_bundles()
        return all(batch[work] in self._imported or works[work]["errors"] or not self._is_over(works[work]) for work in batch)

    def _judge(self, work, file):
        if not self._is_over(work):
            self.lost.append(f"{work['id']} is not over: {work['status']}, {work['tracking']}")
        elif file in self._imported:
            self.counts["enriched"] += 1
        elif work["errors"]:
            self.counts["failed, and said so"] += 1
            self.reasons[re.split(r"[(.;]", work["errors"][0]["message"])[0]] += 1
        else:
            self.lost.append(f"{work['id']} came to nothing: {work['messages'][-1:]}")
        self._imported.pop(file, None)

    def _read_bundles(self):
        received = self.stack.opencti.get("/control/state")["bundles_received"]
        new = received - self._seen_bundles
        if new == 0:
            return
        for bundle in self.stack.opencti.get(f"/control/bundles?last={new + BATCH}"):
            if bundle["number"] <= self._seen_bundles:
                continue
            self._seen_bundles = bundle["number"]
            self._remember(bundle)

    def _remember(self, bundle):
        file = next((thing["id"] for thing in bundle["objects"] if thing["type"] == "file"), None)
        if bundle["outcome"] == "imported" and not bundle["errors"]:
            self._imported[file] = True
        content = hashlib.sha256(json.dumps(bundle["objects"], sort_keys=True).encode()).hexdigest()
        before = self._contents.setdefault(file, content)
        if before != content:
            self.different.append(bundle["work_id"])
        self.counts["messages to the workers"] += 1
        while len(self._contents) > BATCH * REMEMBERED:
            self._contents.pop(next(iter(self._contents)))

    def drain(self):
        while self._batches:
            self.settle_oldest()

    @property
    def under_way(self):
        return len(self._batches)


def run(soak, proxies, messages, connector, tell):
    """→ the resident memory after a tenth of the run, and at its end"""
    asked = settled = 0
    at_a_tenth = None
    batches = -(-messages // BATCH)
    # Each kind of fault happens at least once, and more often in longer runs.
    breaks = {soak.chance.randrange(1, batches) if batches > 1 else 0 for _ in range(max(1, messages // 2_000))}
    kills = {batches // 2, *range(40, batches, 40)}
    for number in range(batches):
        some = min(BATCH, messages - asked)
        soak.fail_by_chance()
        soak.ask(some)
        asked += some
        if number in breaks:
            for where, proxy in proxies.items():
                soak.break_the_line(proxy, where)
        if number in kills:
            soak.kill_the_broker()
        while soak.under_way >= UNDER_WAY:
            soak.settle_oldest()
            settled = asked - soak.under_way * BATCH
        if at_a_tenth is None and settled >= messages / 10:
            at_a_tenth = resident_mib(connector.pid)
        if number % max(1, batches // 10) == 0:
            tell(f"{asked} asked, {len(soak.lost)} lost, {resident_mib(connector.pid):.1f} MiB")
    soak.stack.tip.delete("/control/faults")
    soak.stack.opencti.delete("/control/faults")
    soak.drain()
    return at_a_tenth, resident_mib(connector.pid)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("messages", nargs="?", type=int, default=100_000)
    parser.add_argument("--program", required=True)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**32))
    options = parser.parse_args()
    print(f"{machine()}\n{options.messages} messages, --seed {options.seed}", flush=True)
    begun = time.monotonic()
    def tell(text):
        print(f"{time.monotonic() - begun:6.0f} s  {text}", flush=True)
    keep = ("--keep", str(KEEP))
    try:
        with Stack(options.program, connector_id="soak", tip_options=keep, opencti_options=keep) as stack:
            know_every_file(stack)
            with FaultProxy(stack.broker.about["port"]) as broker, FaultProxy(stack.opencti.url.rpartition(":")[2]) as platform:
                connector = stack.start_connector(CONNECTOR_LOG_LEVEL="error", CONNECTOR_WORKERS="16", MQ_HOST="127.0.0.1",
                                                  MQ_PORT=str(broker.port), OPENCTI_URL=f"http://127.0.0.1:{platform.port}")
                soak = Soak(stack, random.Random(options.seed), options.messages)
                early, late = run(soak, {"broker": broker, "platform": platform}, options.messages, connector, tell)
                survived = connector.running()
    except Failure as failure:
        print(f"The soak failed: {failure}", file=sys.stderr)
        return 1
    return report(soak, early, late, survived)


def report(soak, early, late, survived):
    for title, counts in (("faults", soak.faults), ("ends", soak.counts), ("failed because", soak.reasons)):
        print(f"{title}: " + ", ".join(f"{count} {name}" for name, count in counts.most_common()))
    for problem in (soak.lost + soak.different)[:20]:
        print(f"  {problem}")
    print(f"lost {len(soak.lost)}")
    print(f"published twice with different content {len(soak.different)}")
    print(f"memory at 10 % {early:.1f} MiB, at 100 % {late:.1f} MiB")
    return 0 if survived and not soak.lost and not soak.different else 1


if __name__ == "__main__":
    sys.exit(main())
