"""Measures two builds of the program in turn, A B A B …, and compares them pair by pair. See README.md in this folder."""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "simulators"))
from end_to_end import Loaded, time_to_register  # noqa: E402
from every_file import know_every_file  # noqa: E402
from measuring import machine  # noqa: E402
from stack import Failure, Stack  # noqa: E402

WORKERS = (16, 1)
STARTS = 3


def spread(values):
    return min(values), statistics.median(values), max(values)


def ratios(before, after):
    """The ratio of each pair; if both values are 0, it is 1."""
    return [1.0 if mine == its == 0 else mine / its if its else float("inf") for its, mine in zip(before, after, strict=True)]


def shown(values, digits):
    return ", ".join(f"{value:.{digits}f}" for value in spread(values))


def table(name, before, after):
    """A table that compares two lists of rounds, each with its figures by name. → lines"""
    lines = [f"| minimum, median, maximum | {name} | here | here / {name}, of pairs |", "| --- | --- | --- | --- |"]
    for figure in before[0]:
        its, mine = ([one[figure] for one in rounds] for rounds in (before, after))
        lines.append(f"| {figure} | {shown(its, 2)} | {shown(mine, 2)} | {shown(ratios(its, mine), 3)} |")
    return lines


def conversion(build):
    """The processor time of each step in milliseconds, for an answer of 600 KB."""
    done = subprocess.run([build / "bench" / "convert_benchmark", "--benchmark_filter=/600$", "--benchmark_format=json"],
                          capture_output=True, text=True, check=True)
    return {f"{one['name'].partition('/')[0].replace('_', ' ')}, 600 KB, ms": one["cpu_time"]
            for one in json.loads(done.stdout)["benchmarks"]}


def measured(stack, build, enrichments):
    """Runs one round. → figures by name"""
    stack.program = build / "kaspersky-enrichment"
    figures = {"start to registered, ms": statistics.median(time_to_register(stack, STARTS))}
    for workers in WORKERS:
        run = Loaded(stack, enrichments, workers)
        of = f"{workers} worker{'s' if workers > 1 else ''}"
        figures[f"enrichments per second, {of}"] = run.per_second
        figures[f"processor time per enrichment, {of}, ms"] = run.cpu_ms
        figures[f"resident memory, {of}, MiB"] = run.mib
    return figures | conversion(build)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, type=pathlib.Path, help="the build of the working tree")
    parser.add_argument("--other", required=True, type=pathlib.Path, help="the build of the other revision")
    parser.add_argument("--name", required=True, help="of the other")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--enrichments", type=int, default=2_000, help="number of enrichments per number of workers")
    options = parser.parse_args()
    builds = options.other.resolve(), options.build.resolve()
    rounds = [], []
    print(machine() + "\n", flush=True)
    try:
        with Stack(builds[0] / "kaspersky-enrichment", connector_id="bench") as stack:
            know_every_file(stack)
            for pair in range(options.pairs):
                for build, results in zip(builds, rounds):
                    results.append(measured(stack, build, options.enrichments))
                print(f"pair {pair + 1} of {options.pairs}", file=sys.stderr, flush=True)
    except (Failure, subprocess.CalledProcessError) as failure:
        print(f"The benchmark failed: {failure}", file=sys.stderr)
        return 1
    print("\n".join(table(options.name, *rounds)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
