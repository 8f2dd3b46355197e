"""Finds violations of the rules in the history of a run. A pure function of the events, which history.py describes."""

import collections
from typing import NamedTuple

DAY = 86_400
# How long after its end a fault can still have an effect, in seconds: bytes on a connection, a process that is starting.
AFTERMATH = 2.0
# Answers from the future are ignored. Those that were written with a clock that was ahead count as such until the other clocks have caught
# up.
FURTHEST_CLOCK = 600.0
# The share of the quota from which the reserve for manual requests may be reached; lookups in progress count, too.
NEARLY_SPENT = 0.8
CONCLUSIVE = (200, 404)


class Violation(NamedTuple):
    rule: str
    about: str
    text: str

    def __str__(self):
        return f"{self.rule}: {self.about}: {self.text}"


def violations(history):
    """→ a list of Violation, in the order of the rules"""
    facts = Facts(history)
    return [violation for rule in RULES for violation in rule(facts)]


class Facts:
    """The events, indexed by request and by entity."""

    def __init__(self, history):
        self._events = collections.defaultdict(list)
        for event in history:
            self._events[event["event"]].append(event)
        [first] = self._events["plan"]
        self.plan, self.begun = first["plan"], first["begun"]
        self.asked = [event for event in self._events["asked"] if event["sure"]]
        self.works = [request for request in self.asked if request["kind"] != "playbook"]
        self.steps = [request for request in self.asked if request["kind"] == "playbook"]
        self.askings = collections.Counter(event["entity"] for event in self._events["asked"] if event["kind"] != "playbook")
        self.reports = self._by("reported", "request")
        self.answers = self._by("answered", "request")
        self.sent_for = self._by("sent", "request")
        self.sent_about = self._by("sent", "entity")
        self.work = {event["request"]: event for event in self._events["work"]}
        self.object = {event["entity"]: event for event in self._events["object"]}

    def all(self, event):
        return self._events[event]

    def _by(self, event, key):
        found = collections.defaultdict(list)
        for each in self._events[event]:
            found[each[key]].append(each)
        return found

    def succeeded(self, request):
        return any(not report["failed"] for report in self.reports[request["request"]])

    def disturbed(self, begin, end, by):
        """Whether a fault with by(fault) happened between `begin` and `end`."""
        return any(fault["at"] <= end and until(fault) >= begin - AFTERMATH and by(fault) for fault in self.all("nemesis"))

    def lookups(self, before):
        """The number of lookups on the same day, up to this time."""
        day = self.day(before)
        return sum(1 for lookup in self.all("looked_up") if lookup["at"] <= before and self.day(lookup["at"]) == day)

    def day(self, at):
        return int((self.begun + at) // DAY)


def until(fault):
    return fault["until"] + (FURTHEST_CLOCK if fault["fault"] == "clock" else 0)


# --- which faults can cause which violations ---

def hinders_answers(fault):
    """A fault of a replica, the broker, the store or a connection, after which it may be unknown whether a step's answer arrived."""
    return fault["fault"] not in ("clock", "close") and not fault["target"].endswith("tip")


def hinders_lookups(fault):
    """A fault of a replica, the store, or a connection to the store or to TIP, with which the record of a lookup may be lost."""
    return fault["target"].startswith("replica") or fault["target"].endswith(("store", "tip"))


# --- rules ---

def without_end(facts):
    for request in facts.works:
        name = request["request"]
        if not facts.reports[name]:
            yield Violation("no end", name, "the work was never reported on")
        elif not facts.work[name]["complete"]:
            yield Violation("no end", name, "the work stays open")
    for step in facts.steps:
        if not facts.answers[step["request"]]:
            yield Violation("no end", step["request"], "the step was never answered")
    for queue in facts.all("queue"):
        if queue["left"]:
            yield Violation("no end", "the queue", f"{queue['left']} messages are not acknowledged")


def not_imported(facts):
    """If a work ended without an error, and Kaspersky knows its object, the complete result is on the platform."""
    for request in facts.works:
        name, entity = request["request"], request["entity"]
        if not request["known"] or not facts.succeeded(request):
            continue
        found = facts.object[entity]
        if found["enriched"] and not found["missing"]:
            continue
        lacks = f"{len(found['missing'])} objects are missing" if found["missing"] else "the object is as it was"
        if facts.work[name]["forced"]:
            yield Violation("closed short", name, f"the platform closed the work early, and {lacks}")
        else:
            yield Violation("not imported", name, f"{entity}: {lacks}")
    for sent in facts.all("sent"):
        if sent["rejected"]:
            yield Violation("not imported", sent["entity"], f"the platform rejected {sent['rejected']} objects")


def two_contents(facts):
    """A result that is sent again is unchanged. If several requests are about one object, each has one content."""
    def contents(events):
        return len({event["content"] for event in events})
    wrong = set()
    for name, sent in facts.sent_for.items():
        if name is not None and contents(sent) > 1:
            wrong.update(event["entity"] for event in sent)
            yield Violation("two contents", name, f"its result was sent with {contents(sent)} contents")
    for entity, sent in facts.sent_about.items():
        if contents(sent) > max(1, facts.askings[entity]) and entity not in wrong:
            yield Violation("two contents", entity, f"{contents(sent)} contents were sent, for {facts.askings[entity]} requests")


def answered_twice(facts):
    for step in facts.steps:
        name, answers = step["request"], facts.answers[step["request"]]
        contents = {answer["content"] for answer in answers}
        if len(contents) > 1:
            yield Violation("two contents", name, f"the step was answered with {len(contents)} contents")
        for first, second in zip(answers, answers[1:]):
            if not facts.disturbed(first["at"], second["at"], hinders_answers):
                yield Violation("answered twice", name, f"at {first['at']} s and at {second['at']} s, and nothing had failed between")


def beyond_the_quota(facts):
    quota = facts.plan["quota"]
    if quota is None:
        return
    clocks = [abs(fault["by"]) for fault in facts.all("nemesis") if fault["fault"] == "clock"]
    def is_sure(at):
        """Whether all clocks agreed on the day."""
        return all(facts.day(at - ahead) == facts.day(at + ahead) for ahead in clocks)
    days = collections.Counter(facts.day(lookup["at"]) for lookup in facts.all("looked_up") if is_sure(lookup["at"]))
    for count in days.values():
        if count > quota:
            yield Violation("quota", "the day", f"{count} lookups, and the quota is {quota}")


def looked_up_twice(facts):
    """Requests within an answer's lifetime share the answer, also while its lookup is in progress."""
    by_value = collections.defaultdict(list)
    for lookup in facts.all("looked_up"):
        by_value[lookup["value"]].append(lookup)
    for value, lookups in by_value.items():
        for index, second in enumerate(lookups):
            first = next((one for one in reversed(lookups[:index]) if one["status"] in CONCLUSIVE), None)
            if first is None or second["at"] > first["until"] + facts.plan["lifetime"]:
                continue
            if not facts.disturbed(first["at"], second["at"], hinders_lookups):
                yield Violation("looked up twice", value, f"at {first['at']} s by {first['replica']} and at {second['at']} s by "
                                f"{second['replica']}, and nothing had failed between")


def failed_without_cause(facts):
    """A request may fail, with a text that says so, after a fault, or when the daily quota is exhausted."""
    first_fault = min((fault["at"] for fault in facts.all("nemesis")), default=float("inf"))
    def has_cause(at):
        quota = facts.plan["quota"]
        return at >= first_fault or quota is not None and facts.lookups(at) >= NEARLY_SPENT * quota
    for request in facts.works:
        failed = [report for report in facts.reports[request["request"]] if report["failed"]]
        if failed and not has_cause(failed[0]["at"]):
            yield Violation("failed", request["request"], f"at {failed[0]['at']} s, when nothing was wrong: {failed[0]['text']}")
    for step in facts.steps:
        for answer in facts.answers[step["request"]][:1]:
            if step["known"] and answer["objects"] <= 1 and not has_cause(answer["at"]):
                yield Violation("failed", step["request"], f"at {answer['at']} s the step got nothing new, when nothing was wrong")


def died(facts):
    for end in facts.all("ended"):
        if end["status"] != 0:
            yield Violation("died", end["replica"], f"ended at {end['at']} s with {end['status']}")


RULES = (without_end, not_imported, two_contents, answered_twice, beyond_the_quota, looked_up_twice, failed_without_cause, died)
