#!/usr/bin/python3
"""Changes the traffic between the connector and other systems, and checks the result of each work and each playbook step.

usage: mutate.py [SECONDS] [SEED]   (default: 60, and a random seed)

For this time, 200 works and 40 steps per minute are requested, while proxies before the platform, the broker and Kaspersky change a
tenth of the traffic (simulators/mutating_proxy.py). Then the traffic is unchanged again. Exits with 1 if a work has no report or stays
open, if a step has no answer or two answers of different content, if a message is left in the queue, or if the connector ended.
"""

import collections
import json
import os
import pathlib
import random
import re
import secrets
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "simulators"))

from mutating_proxy import MutatingBroker, MutatingHttp  # noqa: E402
from stack import Broker, Stack, wait_until  # noqa: E402

WORKS_A_MINUTE, STEPS_A_MINUTE = 200, 40
CHANCE, CHANCE_ON_THE_BROKERS_LINE = 0.1, 0.01
TIME_TO_FINISH = 300
LINES_OF_EACH = 12
PROGRAM = pathlib.Path(os.environ.get("KASPERSKY_ENRICHMENT_PROGRAM", ROOT / "build" / "kaspersky-enrichment"))


def port_of(http):
    return int(http.url.rpartition(":")[2])


class Run:
    def __init__(self, stack, proxies, rng):
        self.stack, self.proxies, self.random = stack, proxies, rng
        self.works, self.steps = [], []

    def new_file(self):
        return self.stack.add_file({"SHA-256": secrets.token_hex(32)})

    def ask(self, seconds):
        begun = time.monotonic()
        total = {"works": round(WORKS_A_MINUTE * seconds / 60), "steps": round(STEPS_A_MINUTE * seconds / 60)}
        while (passed := time.monotonic() - begun) < seconds:
            while len(self.works) < total["works"] * passed / seconds:
                self.works.append(self.stack.enrich(self.new_file(), mode=self.random.choice(("manual", "auto"))))
            while len(self.steps) < total["steps"] * passed / seconds:
                self.steps.append(self.stack.opencti.post("/control/playbook", entity_id=self.new_file())["execution_id"])
            time.sleep(0.05)
            if not self.stack.connector.running():
                sys.exit(f"the connector ended:\n{self.stack.connector.output()[-4000:]}")

    def answers(self):
        by_step = {}
        for answer in self.stack.opencti.get("/control/playbook_answers"):
            by_step.setdefault(answer["execution_id"], []).append(json.dumps(answer["bundle"], sort_keys=True))
        return by_step

    def state(self):
        return State(self, {work: self.stack.work(work) for work in self.works}, self.answers())


class State:
    """The results of the works and steps."""

    def __init__(self, run, works, answers):
        self.reasons = collections.Counter(re.sub(r"\d+", "#", work["errors"][0]["message"])[:200] for work in works.values() if work["errors"])
        self.answered_again = sum(1 for contents in answers.values() if len(contents) > 1)
        self.wrong = {
            "works without a report": [work for work, state in works.items() if not state["processed_time"]],
            "works that stay open": [work for work, state in works.items() if state["status"] != "complete"],
            "steps without an answer": [step for step in run.steps if step not in answers],
            "steps answered with two contents": [step for step, contents in answers.items() if len(set(contents)) > 1],
            "messages left in the queue": ["?"] * run.stack.opencti.get("/control/state")["listen_queue"]["ready"]}

    def is_good(self):
        return not any(self.wrong.values())


def lines_about(log, name):
    return [line[:500] for line in log.splitlines() if name in line][-LINES_OF_EACH:]


def report(run, seed):
    state = run.state()
    passed = {name: proxy.counts["passed"] for name, proxy in run.proxies.items()}
    changed = {name: sum(proxy.counts.values()) - passed[name] for name, proxy in run.proxies.items()}
    print(f"seed {seed}: {len(run.works)} works ({sum(state.reasons.values())} failed and said so), {len(run.steps)} steps ({state.answered_again} answered "
          f"again, with the same content); on the line {changed} were changed, {passed} passed")
    for reason, count in state.reasons.most_common(5):
        print(f"  failed: {count} with: {reason}")
    log = run.stack.connector.output()
    for what, which in state.wrong.items():
        print(f"  {what}: {len(which)}")
        for name in which[:3]:
            print(f"    {name}", *lines_about(log, name), sep="\n      ")
    return state.is_good() and any(changed.values())


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else secrets.randbits(32)
    with Stack(PROGRAM, broker=Broker.running_in(os.environ["BROKER_DIR"]) if "BROKER_DIR" in os.environ else None,
               connector_id=f"mutate-{secrets.token_hex(4)}") as stack:
        stack.tip.post("/control/all_files", like=sample_hash())
        proxies = {"platform": MutatingHttp(port_of(stack.opencti), seed, CHANCE),
                   "kaspersky": MutatingHttp(port_of(stack.tip), seed + 1, CHANCE),
                   "broker": MutatingBroker(stack.broker.about["port"], seed + 2, CHANCE_ON_THE_BROKERS_LINE)}
        stack.start_connector(
            OPENCTI_URL=f"http://127.0.0.1:{proxies['platform'].port}", MQ_HOST="127.0.0.1", MQ_PORT=str(proxies["broker"].port),
            KASPERSKY_API_BASE_URL=f"http://127.0.0.1:{proxies['kaspersky'].port}", CONNECTOR_LOG_LEVEL="info",
            KASPERSKY_CACHE_PATH=str(stack.folder / "store"))
        run = Run(stack, proxies, random.Random(seed))
        run.ask(seconds)
        for proxy in proxies.values():
            proxy.chance = 0
        try:
            wait_until(lambda: run.state().is_good(), "all is finished", TIME_TO_FINISH, every=5)
        except Exception as late:  # noqa: BLE001 - the report says what is not
            print(late)
        if not report(run, seed):
            log = pathlib.Path(os.environ.get("MUTATE_LOG", ROOT / "build" / "mutate.log"))
            log.write_text(stack.connector.output())
            sys.exit(f"see {log}")


def sample_hash():
    answer = json.loads((ROOT / "samples" / "file" / "malicious" / "answer.json").read_text())
    return answer["FileGeneralInfo"]["Sha256"]


if __name__ == "__main__":
    main()
