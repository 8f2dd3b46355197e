"""Measures the built program from the outside, against the simulators and a real RabbitMQ. See README.md beside this file."""

import argparse
import os
import pathlib
import platform
import re
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "simulators"))
from stack import Failure, Process, Stack, sample_hashes, wait_until  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    """User and system time of a process and its threads."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_mib(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1]) / 1024


def time_to_register(stack, runs):
    """Milliseconds from starting the process to the platform's having registered it, for each run."""
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


def enrich_many(stack, entity, count, batch=500):
    """Has one object enriched many times, never more than a few batches in the queue. Returns seconds."""
    start = time.monotonic()
    finished = stack.opencti.get("/control/state")["requests"].get("workEdit", 0)
    asked = 0
    def done():
        # Each enrichment reports twice: opening and closing its work.
        return (stack.opencti.get("/control/state")["requests"].get("workEdit", 0) - finished) // 2
    while asked < count:
        some = min(batch, count - asked)
        stack.opencti.post("/control/enrich", entity_id=entity, count=some)
        asked += some
        wait_until(lambda: asked - done() < 2 * batch, "the connector keeps up", timeout=300)
    wait_until(lambda: done() >= count, "all are enriched", timeout=300)
    return time.monotonic() - start


def processor():
    found = re.search(r"model name\s*:\s*(.+)", pathlib.Path("/proc/cpuinfo").read_text())
    return f"{found[1] if found else platform.machine()}, {os.cpu_count()} cores"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--enrichments", type=int, default=10_000)
    parser.add_argument("--starts", type=int, default=11)
    options = parser.parse_args()
    try:
        with Stack(options.program, connector_id="bench") as stack:
            starts = time_to_register(stack, options.starts)
            connector = stack.start_connector(CONNECTOR_LOG_LEVEL="error")
            entity = stack.add_file({"SHA-256": sample_hashes("malicious")["SHA-256"]})
            warm_up = min(500, options.enrichments)
            enrich_many(stack, entity, warm_up)
            before = cpu_seconds(connector.pid)
            early = resident_mib(connector.pid)
            seconds = enrich_many(stack, entity, options.enrichments)
            cpu = (cpu_seconds(connector.pid) - before) / options.enrichments * 1000
            rows = [
                ("start to registered", f"{statistics.median(starts):.0f} ms (median of {len(starts)})", "< 100 ms"),
                (f"resident memory after {warm_up} enrichments", f"{early:.1f} MiB", ""),
                (f"resident memory after {options.enrichments} more", f"{resident_mib(connector.pid):.1f} MiB", "< 25 MiB"),
                ("processor time per enrichment", f"{cpu:.2f} ms", "< 2 ms"),
                ("enrichments per second, TIP answers at once", f"{options.enrichments / seconds:.0f}", ""),
            ]
    except Failure as failure:
        print(f"The benchmark failed: {failure}", file=sys.stderr)
        return 1
    print(f"Machine: {processor()}\n")
    print("| measured | value | aim |\n| --- | --- | --- |")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
