"""Measures the cost and the gain of replicas: Redis against the file, and one, two and three replicas. See README.md in this folder."""

import argparse
import contextlib
import pathlib
import statistics
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "simulators"))
from end_to_end import LATE_MS, Run, new_files  # noqa: E402
from every_file import know_every_file  # noqa: E402
from measuring import cpu_seconds, machine  # noqa: E402
from stack import Failure, Redis, Stack  # noqa: E402

WORKERS = 8


class Measured:
    """A run of several replicas. The first tenth, which warms them up, does not count."""

    def __init__(self, stack, count, enrichments, **settings):
        replicas = [stack.start_connector(CONNECTOR_LOG_LEVEL="error", CONNECTOR_WORKERS=str(WORKERS), **settings) for _ in range(count)]
        tenth = max(count * WORKERS, enrichments // 10)
        Run(stack).enrich(new_files(stack, tenth))
        before = sum(cpu_seconds(one.pid) for one in replicas)
        files = new_files(stack, enrichments)
        self.per_second = len(files) / Run(stack).enrich(files)
        self.cpu_ms = (sum(cpu_seconds(one.pid) for one in replicas) - before) / len(files) * 1000
        for one in replicas:
            one.stop()


def spread(values):
    return f"{min(values):.2f}, {statistics.median(values):.2f}, {max(values):.2f}"


def cost_of_redis(stack, store, rounds, enrichments):
    """Measures with a TIP that answers at once. → rows of the table"""
    pairs = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds):
            file = Measured(stack, 1, enrichments, KASPERSKY_CACHE_PATH=f"{folder}/{number}.db")
            redis = Measured(stack, 1, enrichments, CONNECTOR_STORE=store)
            pairs.append((file, redis))
    return [
        ("processor time of the connector for an enrichment, Redis / file", spread([redis.cpu_ms / file.cpu_ms for file, redis in pairs])),
        ("time for an enrichment, Redis / file", spread([file.per_second / redis.per_second for file, redis in pairs])),
    ]


def gain_of_replicas(stack, store, rounds, enrichments):
    """Measures with a slow TIP. → rows of the table"""
    stack.tip.post("/control/faults", kind="latency", ms=LATE_MS)
    all_rounds = [[Measured(stack, count, enrichments, CONNECTOR_STORE=store).per_second for count in (1, 2, 3)] for _ in range(rounds)]
    stack.tip.delete("/control/faults")
    ideal = WORKERS / (LATE_MS / 1000)
    return [
        (f"one replica with {WORKERS} workers, TIP takes {LATE_MS} ms: of the ideal {ideal:.1f} per second", spread([one[0] / ideal for one in all_rounds])),
        ("two replicas / one", spread([one[1] / one[0] for one in all_rounds])),
        ("three replicas / one", spread([one[2] / one[0] for one in all_rounds])),
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--enrichments", type=int, default=1_000)
    options = parser.parse_args()
    print(machine() + "\n", flush=True)
    try:
        with contextlib.ExitStack() as cleanup:
            stack = cleanup.enter_context(Stack(options.program, connector_id="bench"))
            redis = Redis(cleanup.enter_context(tempfile.TemporaryDirectory()))
            cleanup.callback(redis.stop)
            know_every_file(stack)
            store = redis.url()
            rows = cost_of_redis(stack, store, options.rounds, options.enrichments)
            rows += gain_of_replicas(stack, store, options.rounds, options.enrichments // 2)
    except Failure as failure:
        print(f"The benchmark failed: {failure}", file=sys.stderr)
        return 1
    print("| measured | minimum, median, maximum |\n| --- | --- |")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
