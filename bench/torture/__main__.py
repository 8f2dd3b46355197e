"""Runs replicas of the connector that share their state, with random faults of everything that can fail, and checks that nothing is lost.

A plan is generated from a seed: which requests are made, and which faults happen when. It is carried out with a real RabbitMQ, a real Redis and
the simulators of OpenCTI and TIP. Then all faults end, and when every request is finished, the recorded history is checked. If it breaks a rule,
it is kept, and the plan is reduced to the faults that are needed. See README.md in the folder above.
"""

import argparse
import collections
import contextlib
import pathlib
import secrets
import shutil
import signal
import sys
import time

from stage import HERE, Failure, Stage, wait_until
from books import READY, Books
from checker import violations
from history import History, load, save
from measuring import machine
from nemesis import Nemesis
import plan as plans
from shrink import shrink

ROOT = HERE.parent.parent
TO_SETTLE = 300
SECONDS_PER_LATE_REQUEST = 4
SHOWN = 20


def tell(text):
    print(text, flush=True)


class Run:
    """One run of a plan, from the start of all processes to their end."""

    def __init__(self, plan, program, clock_library):
        self._plan, self._program, self._clock_library = plan, program, clock_library
        self._entities = {}

    def carry_out(self, log_folder):
        """→ the history. The logs stay in this folder."""
        self._history = History(self._plan)
        with Stage(self._plan, self._program, self._history, self._clock_library) as self._stage:
            try:
                self._stage.start_replicas()
                self._history.begin()
                self._ask_while_things_fail()
                self._settle()
                self._end()
            finally:
                for log in self._stage.folder.glob("*.log"):
                    shutil.copy(log, log_folder)
        return self._history.finish()

    # --- requests ---

    def _ask_while_things_fail(self):
        self._early = {}
        with Nemesis(self._stage, self._history, self._plan["nemesis"]) as nemesis:
            self._ask_all()
            nemesis.finish()

    def _ask_all(self):
        requests = self._plan["requests"]
        for number, request in enumerate(requests):
            while (left := request["at"] - self._history.now()) > 0:
                time.sleep(min(left, 0.2))
                self._look()
            self._ask(request["kind"], request["thing"], request["known"])
            if number >= len(requests) / 10:
                self._measure(self._early)
        while self._history.now() < self._plan["seconds"]:
            time.sleep(0.2)
            self._look()

    def _look(self):
        for replica in self._stage.replicas:
            replica.look()

    def _measure(self, into):
        for replica in self._stage.replicas:
            if replica.name not in into and (memory := replica.memory()):
                into[replica.name] = round(memory, 1)

    def _entity(self, thing, known):
        """→ the object's internal id on the platform, and the value that is looked up"""
        value = plans.digest(self._plan['seed'], thing) if known else f"n{thing}.s{self._plan['seed']}.torture-domain.org"
        if thing not in self._entities:
            if known:
                self._entities[thing] = self._add(thing, {"type": "file", "hashes": {"SHA-256": value}})
            else:
                self._entities[thing] = self._add(thing, {"type": "domain-name", "value": value})
        return self._entities[thing], value

    def _add(self, number, thing):
        thing = {**thing, "spec_version": "2.1", "id": f"{thing['type']}--{number:08}-0000-4000-8000-000000000000"}
        return self._stage.stack.opencti.post("/control/entities", object=thing)["internal_id"]

    def _ask(self, kind, thing, known):
        platform = self._stage.stack.opencti
        entity, value = self._entity(thing, known)
        at = self._history.now()
        try:
            if kind == "playbook":
                request = platform.post("/control/playbook", entity_id=entity)["execution_id"]
            else:
                request = platform.post("/control/enrich", entity_id=entity, mode="manual" if kind == "manual" else "auto")["work_id"]
        except (Failure, OSError):
            # The broker did not confirm the message.
            request = None
        self._history.add("asked", at=at, request=request, kind=kind, value=value, entity=entity, known=known, sure=request is not None)
        if request is None:
            wait_until(self._broker_is_there, "the platform has its broker", timeout=120, every=0.2)

    def _broker_is_there(self):
        self._look()
        with contextlib.suppress(Failure, OSError):
            return self._stage.stack.opencti.get("/control/state")["broker"]["connected"]
        return False

    # --- the end ---

    def _settle(self):
        """Sometimes makes another request, as on a platform with further work: the last report decides which works it closes, and the fewer
        results the connector sends, the less often it checks the imports. The requested object is in the cache."""
        for replica in self._stage.replicas:
            if replica.memory() is None:
                replica.start()
        end = time.monotonic() + TO_SETTLE
        known = next((request["thing"] for request in self._plan["requests"] if request["known"]), 0)
        while time.monotonic() < end:
            self._ask("manual", known, True)
            next_one = time.monotonic() + SECONDS_PER_LATE_REQUEST
            while time.monotonic() < next_one:
                self._look()
                time.sleep(0.5)
            if self._is_settled():
                return

    def _asked(self):
        return [event for event in self._history.events if event["event"] == "asked"]

    def _is_settled(self):
        platform, books = self._stage.stack.opencti, Books(self._stage, self._history)
        works = {work["id"]: work for work in platform.get("/control/works")}
        answered = {answer["execution_id"] for answer in platform.get("/control/playbook_answers")}
        missing = books.missing()

        def is_settled(request):
            if request["kind"] == "playbook":
                return request["request"] in answered
            work = works[request["request"]]
            if work["status"] != "complete" or not work["processed_time"]:
                return False
            failed = all(note["message"].startswith(READY) for note in work["messages"])
            return failed or not request["known"] or books.is_enriched(request["entity"]) and request["entity"] not in missing
        if not all(is_settled(request) for request in self._asked() if request["sure"]):
            return False
        queue = platform.get("/control/state")["listen_queue"]
        return queue is not None and queue["ready"] == 0

    def _end(self):
        late = {}
        self._measure(late)
        for replica in self._stage.replicas:
            replica.ask_to_stop()
        for replica in self._stage.replicas:
            replica.stop()
        asked = self._asked()
        Books(self._stage, self._history).read(asked)
        queue = wait_until(lambda: self._stage.stack.opencti.get("/control/state")["listen_queue"], "the queue can be seen")
        self._history.add("queue", left=queue["ready"])
        for replica in self._stage.replicas:
            self._history.add("memory", replica=replica.name, early=self._early.get(replica.name), late=late.get(replica.name))


# --- output ---

def counted(numbers):
    return ", ".join(f"{count} {name}" for name, count in sorted(numbers.items())) or "none"


def summary(history):
    events = collections.defaultdict(list)
    for event in history:
        events[event["event"]].append(event)
    plan = history[0]["plan"]
    faults = collections.Counter(f"{event['target'].split()[0]} {event['fault']}" for event in events["nemesis"])
    requests = collections.Counter(event["kind"] for event in events["asked"] if event["sure"])
    failed = {event["request"] for event in events["reported"] if event["failed"]}
    answers = collections.Counter(event["request"] for event in events["answered"])
    yield f"faults: {counted(faults)}"
    yield (f"requests: {counted(requests)}; {sum(1 for event in events['asked'] if not event['sure'])} more that the broker did not confirm; "
           f"{len(failed)} failed and said so")
    statuses = collections.Counter(str(event["status"]) for event in events["looked_up"])
    yield f"lookups: {len(events['looked_up'])} (by status: {counted(statuses)}), quota {plan['quota'] or 'none'}"
    yield (f"results: {len(events['sent'])} taken by workers, {sum(event['imported'] for event in events['sent'])} objects imported, "
           f"{sum(event['dropped'] for event in events['sent'])} dropped with works that were closed; "
           f"{sum(1 for event in events['sent'] if event['request'] is None)} without their work; "
           f"{sum(1 for count in answers.values() if count > 1)} steps answered again with the same content")
    for event in events["memory"]:
        yield f"memory of {event['replica']}: {event['early']} MiB at 10 %, {event['late']} MiB at 100 %"


def setup(plan):
    return (f"seed {plan['seed']}, {plan['seconds']:g} s, {plan['replicas']} replicas, state in {'Redis' if plan['store'] == 'redis' else 'a file'}, "
            f"{plan['queues']} queues, {plan['workers_of_the_platform']} importing workers, works closed every {plan['tick_ms']} ms")


class Torture:
    def __init__(self, options):
        self._options = options
        self._folder = pathlib.Path(options.results).resolve()

    def _run(self, plan, name):
        """→ the history and its violations. If there are any, both are kept, with the logs."""
        logs = self._folder / f"{name}-logs"
        shutil.rmtree(logs, ignore_errors=True)
        logs.mkdir(parents=True)
        history = Run(plan, self._options.program, self._options.clock_library).carry_out(logs)
        found = violations(history)
        if found or self._options.keep:
            save(self._folder / f"{name}.jsonl", history)
        else:
            shutil.rmtree(logs)
        return history, found

    def once(self, plan):
        """→ the exit status"""
        name = f"torture-{plan['seed']}"
        tell(f"{machine()}\n{setup(plan)}")
        begun = time.monotonic()
        history, found = self._run(plan, name)
        for line in summary(history):
            tell(line)
        if not found:
            tell(f"right: no violation, after {time.monotonic() - begun:.0f} s")
            return 0
        self._show(found, self._folder / f"{name}.jsonl")
        if self._options.shrink > 0 and plan["nemesis"]:
            self._shrink(plan, {violation.rule for violation in found}, name)
        return 1

    @staticmethod
    def _show(found, path):
        for violation in found[:SHOWN]:
            tell(f"  {violation}")
        if len(found) > SHOWN:
            tell(f"  and {len(found) - SHOWN} more")
        tell(f"wrong: {len(found)} violations; the history is {path}; again with: ./dev torture --replay {path}")

    def _shrink(self, plan, rules, name):
        tell(f"shrinking {len(plan['nemesis'])} faults, for {self._options.shrink:.0f} s")
        last = []

        def fails(faults):
            history, found = self._run({**plan, "nemesis": faults}, f"{name}-try")
            same = [violation for violation in found if violation.rule in rules]
            tell(f"  {len(faults)} faults: {len(same)} violations")
            if same:
                last[:] = [history]
                save(self._folder / f"{name}-shrunk.jsonl", history)
            return bool(same)
        left = shrink(plan["nemesis"], fails, self._options.shrink)
        if not last:
            tell("fewer faults are not enough")
            return
        for fault in left:
            tell(f"  {fault}")
        self._show(violations(last[0]), self._folder / f"{name}-shrunk.jsonl")


def main():
    parser = argparse.ArgumentParser(prog="./dev torture", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60, help="duration of requests and faults in seconds (60)")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**32), help="by chance")
    parser.add_argument("--messages", type=int, help=f"number of requests ({plans.REQUESTS_PER_SECOND} per second)")
    parser.add_argument("--replicas", type=int, default=3)
    parser.add_argument("--store", choices=("redis", "file"), help="where the state is stored; a file works only with one replica")
    parser.add_argument("--replay", type=pathlib.Path, metavar="FILE", help="repeat the plan of this history")
    parser.add_argument("--check", type=pathlib.Path, metavar="FILE", help="only check this history")
    parser.add_argument("--shrink", type=float, default=900, metavar="SECONDS", help="time to search for fewer faults that also fail (900; 0: no search)")
    parser.add_argument("--keep", action="store_true", help="keep the history and the logs also without a violation")
    parser.add_argument("--program", default=ROOT / "build" / "kaspersky-enrichment", help=argparse.SUPPRESS)
    parser.add_argument("--clock-library", default=ROOT / "build" / "tests" / "system" / "libclock_jump.so", help=argparse.SUPPRESS)
    parser.add_argument("--results", default=ROOT / "build" / "torture", help="folder for histories with violations (build/torture)")
    options = parser.parse_args()
    # Ends everything that was started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    options.store = options.store or "redis"
    if options.store == "file" and options.replicas != 1:
        parser.error("--store file needs --replicas 1")
    try:
        if options.check:
            found = violations(load(options.check))
            print(*found or ["right: no violation"], sep="\n")
            return 1 if found else 0
        plan = load(options.replay)[0]["plan"] if options.replay else plans.make(
            options.seed, options.seconds, options.messages, options.replicas, options.store)
        return Torture(options).once(plan)
    except (Failure, OSError) as failure:
        print(f"The run failed: {failure}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
