"""The checker of ./dev torture: for each rule, a history that breaks it, and similar histories that keep it."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench" / "torture"))
from checker import violations  # noqa: E402

WORK, STEP, FILE, HASH = "work_1", "step-1", "file--1", "aa"


def plan(quota=None, lifetime=3600, begun=1_000_000.0):
    return {"event": "plan", "at": 0.0, "begun": begun, "plan": {"quota": quota, "lifetime": lifetime}}


def asked(at, request=WORK, kind="manual", known=True, sure=True, entity=FILE):
    return {"event": "asked", "at": at, "request": request, "kind": kind, "value": HASH, "entity": entity, "known": known, "sure": sure}


def looked_up(at, until=None, status=200, replica="replica 0", value=HASH):
    return {"event": "looked_up", "at": at, "until": at + 0.1 if until is None else until, "status": status, "replica": replica, "value": value}


def sent(at, request=WORK, content="A", imported=3, dropped=0, rejected=0, entity=FILE):
    return {"event": "sent", "at": at, "request": request, "entity": entity, "content": content, "imported": imported,
            "dropped": dropped, "rejected": rejected}


def reported(at, request=WORK, failed=False):
    return {"event": "reported", "at": at, "request": request, "failed": failed, "text": "Kaspersky zone: …"}


def answered(at, content="A", objects=3):
    return {"event": "answered", "at": at, "request": STEP, "content": content, "objects": objects}


def nemesis(at, until, fault, target, **more):
    return {"event": "nemesis", "at": at, "until": until, "fault": fault, "target": target, **more}


def work(request=WORK, complete=True, forced=False):
    return {"event": "work", "at": 99, "request": request, "complete": complete, "forced": forced}


def on_platform(enriched=True, missing=(), entity=FILE):
    return {"event": "object", "at": 99, "entity": entity, "enriched": enriched, "missing": list(missing)}


def queue(left=0):
    return {"event": "queue", "at": 99, "left": left}


def enriched(**changed):
    """The history of a request that ends correctly. Each event can be replaced, or removed with None."""
    events = {"asked": asked(1), "looked_up": looked_up(2), "sent": sent(3), "reported": reported(4), "work": work(),
              "object": on_platform(), "queue": queue(), **changed}
    return [event for event in events.values() if event is not None]


class CheckerTest(unittest.TestCase):
    def assert_right(self, *history, **about):
        self.assertEqual(violations([plan(**about), *history]), [])

    def assert_wrong(self, rule, about, *history, **planned):
        self.assertEqual([(found.rule, found.about) for found in violations([plan(**planned), *history])], [(rule, about)])


class Ends(CheckerTest):
    def test_a_request_that_is_enriched_is_right(self):
        self.assert_right(*enriched())

    def test_a_work_without_a_report(self):
        self.assert_wrong("no end", WORK, *enriched(reported=None))

    def test_a_work_that_stays_open(self):
        self.assert_wrong("no end", WORK, *enriched(work=work(complete=False)))

    def test_a_step_without_an_answer(self):
        self.assert_wrong("no end", STEP, asked(1, STEP, "playbook"))

    def test_a_message_that_is_left_in_the_queue(self):
        self.assert_wrong("no end", "the queue", *enriched(queue=queue(left=1)))

    def test_a_request_that_may_not_have_been_asked_needs_no_end(self):
        self.assert_right(asked(1, None, sure=False), asked(2, None, "playbook", sure=False), queue())


class Imports(CheckerTest):
    def test_a_result_that_was_never_sent(self):
        self.assert_wrong("not imported", WORK, *enriched(sent=None, object=on_platform(enriched=False)))

    def test_an_object_of_the_result_that_is_missing(self):
        self.assert_wrong("not imported", WORK, *enriched(sent=sent(3, imported=2, dropped=1), object=on_platform(missing=["note--1"])))

    def test_an_object_that_the_platform_rejected(self):
        self.assert_wrong("not imported", FILE, *enriched(sent=sent(3, imported=2, rejected=1)))

    def test_a_work_that_was_closed_short_and_whose_objects_never_came(self):
        self.assert_wrong("closed short", WORK, *enriched(
            sent=sent(3, imported=0, dropped=3), work=work(forced=True), object=on_platform(enriched=False)))

    def test_a_work_that_was_closed_short_and_whose_objects_came_later_is_right(self):
        self.assert_right(*enriched(sent=sent(3, imported=0, dropped=3), again=sent(60, None), work=work(forced=True)))

    def test_an_object_unknown_to_kaspersky_is_not_imported(self):
        self.assert_right(*enriched(asked=asked(1, known=False), sent=None, object=on_platform(enriched=False)))

    def test_a_request_that_reported_its_failure_is_not_imported(self):
        self.assert_right(*enriched(fault=nemesis(1, 3, "outage", "tip"), sent=None, reported=reported(4, failed=True),
                                    object=on_platform(enriched=False)))


class Contents(CheckerTest):
    def test_a_result_with_two_contents(self):
        self.assert_wrong("two contents", WORK, *enriched(again=sent(5, content="B")))

    def test_a_result_that_is_sent_again_without_its_work_and_with_another_content(self):
        self.assert_wrong("two contents", FILE, *enriched(again=sent(60, None, content="B")))

    def test_a_result_that_is_sent_again_unchanged_is_right(self):
        self.assert_right(*enriched(again=sent(60, None)))

    def test_two_requests_about_one_object_have_a_content_each(self):
        other = "work_2"
        self.assert_right(*enriched(), asked(10, other), sent(11, other, content="B"), reported(12, other), work(other))

    def test_a_step_with_two_contents_has_no_excuse(self):
        self.assert_wrong("two contents", STEP, asked(1, STEP, "playbook"), answered(2), nemesis(2, 3, "kill", "replica 0"), answered(4, "B"))


class Steps(CheckerTest):
    def twice(self, *between):
        return asked(1, STEP, "playbook"), answered(2), *between, answered(30)

    def test_two_answers_with_nothing_between(self):
        self.assert_wrong("answered twice", STEP, *self.twice())

    def test_two_answers_with_a_fault_long_before(self):
        self.assert_wrong("answered twice", STEP, *self.twice(nemesis(-20, -10, "kill", "replica 0")))

    def test_two_answers_with_a_fault_that_has_nothing_to_do_with_it(self):
        self.assert_wrong("answered twice", STEP, *self.twice(nemesis(5, 6, "cut", "line 0 tip"), nemesis(7, 7, "close", "platform")))

    def test_two_answers_of_one_content_after_a_kill_or_a_cut_are_right(self):
        for fault in (nemesis(3, 4, "kill", "replica 0"), nemesis(2, 2, "cut", "line 1 platform"), nemesis(2, 9, "restart", "broker")):
            with self.subTest(fault["target"]):
                self.assert_right(*self.twice(fault))


class Quota(CheckerTest):
    def lookups(self, *times):
        return [looked_up(at, value=f"value {at}") for at in times]

    def test_lookups_beyond_the_quota(self):
        self.assert_wrong("quota", "the day", *self.lookups(1, 2, 3), quota=2)

    def test_as_many_lookups_as_the_quota_has_are_right(self):
        self.assert_right(*self.lookups(1, 2), quota=2)

    def test_each_day_has_a_quota(self):
        self.assert_right(*self.lookups(1, 2, 21, 22), quota=2, begun=86_400 - 10.0)

    def test_lookups_at_which_the_clocks_disagreed_on_the_day_do_not_count(self):
        clock = nemesis(0, 30, "clock", "replica 0", by=60)
        self.assert_right(clock, *self.lookups(1, 2, 3), quota=2, begun=86_400 - 10.0)


class Lookups(CheckerTest):
    def test_two_lookups_within_the_lifetime(self):
        self.assert_wrong("looked up twice", HASH, looked_up(1), looked_up(20))

    def test_two_lookups_by_two_replicas_at_once(self):
        self.assert_wrong("looked up twice", HASH, looked_up(1, until=3), looked_up(2, replica="replica 1"))

    def test_not_found_is_an_answer(self):
        self.assert_wrong("looked up twice", HASH, looked_up(1, status=404), looked_up(20))

    def test_a_fault_of_the_broker_is_not_an_excuse(self):
        self.assert_wrong("looked up twice", HASH, looked_up(1), nemesis(5, 9, "restart", "broker"), looked_up(20))

    def test_a_second_lookup_after_the_lifetime_is_right(self):
        self.assert_right(looked_up(1), looked_up(62), lifetime=60)

    def test_a_second_lookup_after_a_failure_is_right(self):
        self.assert_right(looked_up(1, status=503), looked_up(2, status=None), looked_up(3))

    def test_a_second_lookup_after_a_crash_or_an_outage_is_right(self):
        for fault in (nemesis(2, 3, "kill", "replica 0"), nemesis(1, 2, "cut", "line 0 tip"), nemesis(5, 9, "pause", "store"),
                      nemesis(5, 9, "stall", "line 2 store"), nemesis(-90, -60, "clock", "replica 1", by=300)):
            with self.subTest(fault["target"]):
                self.assert_right(looked_up(1), fault, looked_up(20))


class Failures(CheckerTest):
    def failed(self, *before):
        return enriched(before=before[0] if before else None, sent=None, reported=reported(40, failed=True), object=on_platform(enriched=False))

    def test_a_request_that_failed_though_nothing_was_wrong(self):
        self.assert_wrong("failed", WORK, *self.failed())

    def test_a_step_that_got_nothing_new_though_nothing_was_wrong(self):
        self.assert_wrong("failed", STEP, asked(1, STEP, "playbook"), answered(2, objects=1))

    def test_a_step_about_an_object_unknown_to_kaspersky_gets_nothing_new(self):
        self.assert_right(asked(1, STEP, "playbook", known=False), answered(2, objects=1))

    def test_a_request_that_failed_after_a_fault_is_right(self):
        self.assert_right(*self.failed(nemesis(5, 6, "outage", "tip")))

    def test_a_request_that_failed_when_the_quota_was_spent_is_right(self):
        self.assert_right(*self.failed(), quota=1)

    def test_a_replica_that_ended_unasked(self):
        self.assert_wrong("died", "replica 1", {"event": "ended", "at": 5, "replica": "replica 1", "status": -11})

    def test_a_replica_that_was_stopped_ends_with_0(self):
        self.assert_right({"event": "ended", "at": 99, "replica": "replica 1", "status": 0})


if __name__ == "__main__":
    unittest.main()
