"""The demo: the connector enriches a few observables, with simulators of Kaspersky TIP and OpenCTI and a real RabbitMQ.

Prints a table of what was requested, what the connector reported, and what OpenCTI has now; cleans up everything. With --keep the
connector and its status page stay until Ctrl-C.
"""

import argparse
import collections
import signal
import sys
import textwrap

from stack import Failure, Stack, free_port, sample_hashes, sample_observable, wait_until

UNKNOWN_SHA256 = "0badc0de" * 8


def only(hashes, name):
    return {name: hashes[name]}


def files():
    """The (title, hashes, marking) of each file."""
    malicious, clean = sample_hashes("malicious"), sample_hashes("clean")
    return [
        ("a malicious file, known by its SHA-256", only(malicious, "SHA-256"), None),
        ("a clean file, known by its MD5", only(clean, "MD5"), "TLP:GREEN"),
        ("a file that Kaspersky does not know", {"SHA-256": UNKNOWN_SHA256}, None),
        ("a file marked TLP:RED", only(malicious, "SHA-1"), "TLP:RED"),
    ]


def others():
    """The (title, observable) of each observable that is not a file."""
    return [
        ("an IPv4 address", sample_observable("ip", "full")),
        ("a domain", sample_observable("domain", "full")),
        ("a hostname", sample_observable("domain", "hostname-full")),
        ("a URL with a query and a fragment", sample_observable("url", "full")),
    ]


def named(hashes):
    """The first of these hashes, shortened for the table."""
    algorithm, value = next(iter(hashes.items()))
    return f"{algorithm} {value[:20]}{'…' if len(value) > 20 else ''}"


def described(thing):
    """The object's present properties in OpenCTI, in a few lines."""
    # A Hostname has these properties at the root, other observables in this extension.
    extension = thing.get("extensions", {}).get("extension-definition--f93e2c80-4231-4f9a-af8b-95c9bd566a82", {})
    score, labels = (extension.get(name, thing.get(name)) for name in ("score", "labels"))
    lines = []
    if score is not None:
        lines.append(f"score {score}")
    if labels:
        lines.append("labels " + ", ".join(labels))
    if thing.get("hashes"):
        lines.append("hashes " + ", ".join(sorted(thing["hashes"])))
    if thing.get("size") is not None:
        lines.append(f"size {thing['size']:,} bytes")
    return lines


def around(objects, entity):
    """The number of other objects of each type, in one line; empty if there are none."""
    counts = collections.Counter(thing["type"] for thing in objects if thing["id"] != entity)
    return [", ".join(f"{count} {name}" for name, count in sorted(counts.items()))] if counts else []


def received(stack, entity, work):
    bundles = stack.bundles(work)
    if not bundles:
        return ["nothing new: not changed"]
    refused = [error["message"] for bundle in bundles for error in bundle["errors"]]
    return (described(stack.opencti.get(f"/control/entities/{entity}")["object"])
            + around([thing for bundle in bundles for thing in bundle["objects"]], entity)
            + [f"refused: {message}" for message in refused])


def ask_for_all(stack):
    """Enriches everything; returns the rows of the table."""
    entities = [(title, named(hashes), stack.add_file(hashes, tlp)) for title, hashes, tlp in files()]
    entities += [(title, observable["value"], stack.add(observable)) for title, observable in others()]
    asked = [(title, value, entity, stack.enrich(entity)) for title, value, entity in entities]
    rows = []
    for title, value, entity, work in asked:
        done = stack.wait_for_work(work)
        said = (done["errors"] or done["messages"])[-1]["message"]
        rows.append((title, value, said, received(stack, entity, work)))
    rows.append(ask_for_playbook(stack))
    return rows


def ask_for_playbook(stack):
    hashes = only(sample_hashes("malicious"), "MD5")
    entity = stack.add_file(hashes, "TLP:CLEAR")
    stack.opencti.post("/control/playbook", entity_id=entity)
    answer = wait_until(lambda: stack.opencti.get("/control/playbook_answers"), "the playbook is answered")[-1]
    objects = answer["bundle"]["objects"]
    file = next(thing for thing in objects if thing["type"] == "file")
    return ("the same malicious file, in a playbook", named(hashes), "(answered to the playbook's next step)",
            described(file) + [f"{len(objects)} objects in the bundle"])


def print_table(rows):
    widths = (34, 46, 42)
    def line(*cells):
        wrapped = [sum((textwrap.wrap(part, width) or [""] for part in cell), []) for cell, width in zip(cells, widths)]
        for number in range(max(map(len, wrapped))):
            print(" | ".join((cell[number] if number < len(cell) else "").ljust(width) for cell, width in zip(wrapped, widths)).rstrip())
    rule = "-+-".join("-" * width for width in widths)
    line(["observable"], ["text on its work"], ["what OpenCTI has now"])
    for title, value, said, now in rows:
        print(rule)
        line([title, value], [said], now)


def show(rows, lookups):
    print()
    print_table(rows)
    print()
    print("Addresses of the documentation ranges are looked up only in this demo (KASPERSKY_LOOKUP_RESERVED=true).")
    print("The identity is the author of the added objects, the organization Kaspersky Enrichment.")
    print(f"Requests to Kaspersky: {len(lookups)}, two of them for one file (by its SHA-256, and in the playbook by its MD5), "
          "and none for the file marked TLP:RED.")


def keep_open(page):
    """Waits until Ctrl-C."""
    print(f"The status page is at {page}; Ctrl-C ends the demo.", flush=True)
    try:
        signal.pause()
    except KeyboardInterrupt:
        print()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True, help="the built connector")
    parser.add_argument("--keep", action="store_true", help="keep everything, with the status page, until Ctrl-C")
    options = parser.parse_args()
    # Runs the clean-up also when a terminal or a supervisor ends the demo.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda caught, _: sys.exit(128 + caught))
    try:
        print("Starting a private RabbitMQ, Kaspersky TIP and OpenCTI (both simulated), and the connector …", flush=True)
        with Stack(options.program) as stack:
            # The samples' addresses are reserved for documentation; by default the connector would not look them up.
            port = free_port()
            page = f"http://127.0.0.1:{port}/"
            stack.start_connector(KASPERSKY_LOOKUP_RESERVED="true", CONNECTOR_HTTP_PORT=str(port))
            show(ask_for_all(stack), stack.tip.get("/control/requests"))
            if options.keep:
                keep_open(page)
            else:
                print(f"The status page was at {page}; ./dev demo --keep leaves it open.")
        return 0
    except Failure as failure:
        print(f"The demo failed: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; everything is cleaned up.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
