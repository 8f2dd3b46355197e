"""Measures the built program from the outside, against the simulators and a real RabbitMQ. See README.md in this folder."""

import argparse
import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "simulators"))
from every_file import know_every_file  # noqa: E402
from measuring import cpu_seconds, machine, resident_mib, with_children  # noqa: E402
from stack import Failure, Process, Stack, wait_until  # noqa: E402

LATE_MS, LATE_WORKERS = 300, 16
BATCH = 500


def time_to_register(stack, runs):
    """The milliseconds from the start of the process to its registration on the platform, for each run."""
    times = []
    for run in range(runs):
        before = stack.opencti.get("/control/state")["registrations"]
        start = time.monotonic()
        process = Process(f"start-{run}", [stack.program], stack.folder,
                          stack.environment(CONNECTOR_ID=f"bench-start-{run}"))
        wait_until(lambda: stack.opencti.get("/control/state")["registrations"] > before, "registered", every=0.001)
        times.append((time.monotonic() - start) * 1000)
        process.stop()
        stack.opencti.post(f"/control/connectors/bench-start-{run}/delete")
    return times


def new_files(stack, count):
    """New files, so that each enrichment needs a lookup."""
    first = time.monotonic_ns()
    return [stack.add_file({"SHA-256": f"{first + number:064x}"}) for number in range(count)]


class Run:
    """Many enrichments in succession, with a maximum of a few batches in the queue."""

    def __init__(self, stack):
        self._stack = stack
        self._before = self._processed()
        self._sent_before = self._sent()

    def _sent(self):
        return self._stack.opencti.get("/control/state")["bundles_received"]

    def _processed(self):
        return self._stack.opencti.get("/control/state")["requests"].get("toProcessed", 0)

    def done(self):
        return self._processed() - self._before

    def enrich(self, files):
        """→ the duration in seconds"""
        start = time.monotonic()
        asked = 0
        while asked < len(files):
            some = files[asked:asked + BATCH]
            self._stack.opencti.post("/control/enrich", entity_ids=some)
            asked += len(some)
            wait_until(lambda: asked - self.done() < 2 * BATCH, "the connector keeps up", timeout=300)
        wait_until(lambda: self.done() >= len(files), "all are enriched", timeout=300)
        seconds = time.monotonic() - start
        sent = self._sent() - self._sent_before
        if sent < len(files):
            raise Failure(f"{len(files)} were requested, and {sent} results were sent")
        return seconds


class Loaded:
    """The figures of a run with a TIP that answers at once. The first tenth, which warms the connector up, does not count."""

    def __init__(self, stack, enrichments, workers):
        connector = stack.start_connector(CONNECTOR_LOG_LEVEL="error", CONNECTOR_WORKERS=str(workers))
        others = {"the platform's simulator": stack.opencti_process.pid, "TIP's simulator": stack.tip_process.pid,
                  "RabbitMQ": stack.broker.about["pid"]}

        def used_by_others():
            return {name: sum(map(cpu_seconds, with_children(pid))) for name, pid in others.items()}

        tenth = max(1, enrichments // 10)
        Run(stack).enrich(new_files(stack, tenth))
        self.early_mib, before, before_others = resident_mib(connector.pid), cpu_seconds(connector.pid), used_by_others()
        files = new_files(stack, enrichments - tenth)
        self.per_second = len(files) / Run(stack).enrich(files)
        used = cpu_seconds(connector.pid) - before
        self.cpu_ms = used / len(files) * 1000
        self.mib = resident_mib(connector.pid)
        self.others = {name: (now - before_others[name]) / used for name, now in used_by_others().items()}
        connector.stop()


def at_once(stack, enrichments):
    """Measures with a TIP that answers at once. → rows of the table"""
    run = Loaded(stack, enrichments, LATE_WORKERS)
    return [
        ("enrichments per second, TIP answers at once", f"{run.per_second:.0f}", "≥ 500"),
        ("processor time per enrichment", f"{run.cpu_ms:.2f} ms", "< 1 ms"),
        (f"resident memory at 10 % of {enrichments} enrichments", f"{run.early_mib:.1f} MiB", ""),
        ("resident memory at 100 %", f"{run.mib:.1f} MiB", "< 25 MiB, and flat"),
    ] + [(f"processor time of {name}, for each of the connector's", f"{share:.1f}", "") for name, share in run.others.items()]


def late(stack, enrichments):
    """Measures with a slow TIP, which share of the time the workers are busy. → a row of the table"""
    connector = stack.start_connector(CONNECTOR_LOG_LEVEL="error", CONNECTOR_WORKERS=str(LATE_WORKERS))
    Run(stack).enrich(new_files(stack, LATE_WORKERS))
    files = new_files(stack, enrichments)
    stack.tip.post("/control/faults", kind="latency", ms=LATE_MS)
    seconds = Run(stack).enrich(files)
    stack.tip.delete("/control/faults")
    connector.stop()
    ideal = LATE_WORKERS / (LATE_MS / 1000)
    rate = len(files) / seconds
    return [(f"TIP takes {LATE_MS} ms, {LATE_WORKERS} workers: of the ideal {ideal:.1f} per second", f"{rate / ideal:.1%}", "≥ 95 %")]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--enrichments", type=int, default=10_000)
    parser.add_argument("--starts", type=int, default=11)
    options = parser.parse_args()
    print(machine() + "\n")
    try:
        with Stack(options.program, connector_id="bench") as stack:
            know_every_file(stack)
            starts = time_to_register(stack, options.starts)
            rows = [("start to registered", f"{statistics.median(starts):.0f} ms (median of {len(starts)})", "< 100 ms")]
            rows += late(stack, min(1_600, options.enrichments))
            rows += at_once(stack, options.enrichments)
    except Failure as failure:
        print(f"The benchmark failed: {failure}", file=sys.stderr)
        return 1
    print("| measured | value | aim |\n| --- | --- | --- |")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
