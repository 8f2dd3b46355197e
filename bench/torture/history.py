"""The recorded history of a run: events as JSON lines. The first one is the plan.

Each event has `event`, its name, and `at`, in seconds since the start. It also has:

  plan       plan, begun (seconds since 1970)
asked      request (the work's id, the step's execution id; null if it is not known), kind (manual, automatic, playbook), value (that is
           looked up), entity (its internal id on the platform), known (whether Kaspersky knows it), sure (whether the broker confirmed the message)
delivered  request: a connector began to handle it
looked_up  value, replica, status (null: none was sent), until (the end of the exchange)
sent       request (null: without its work), entity, content (a digest), imported, dropped, rejected (numbers of objects): what workers took
reported   request, text, failed
answered   request, content, objects (their number): the answer to a playbook's step
nemesis    fault, target, until, by (for a clock: how many seconds it is ahead); the other properties of the fault in the plan
ended      replica, status: its process ended without being killed
At the end:
work       request, complete, forced (the platform closed it)
object     entity, enriched, missing (ids of objects that were sent for it and are not on the platform)
queue      left (number of messages)
memory     replica, early, late (MiB)
"""

import json
import threading
import time


class History:
    """The events, in the order of their times. add() is thread-safe."""

    def __init__(self, plan):
        self._lock = threading.Lock()
        self._plan = plan
        self.begin()

    def begin(self):
        """Sets the start to now, and removes all events."""
        self.begun = time.time()
        self.events = [{"event": "plan", "at": 0.0, "begun": self.begun, "plan": self._plan}]

    def now(self):
        return time.time() - self.begun

    def add(self, event, at=None, **more):
        with self._lock:
            self.events.append({"event": event, "at": round(self.now() if at is None else at, 3), **more})

    def finish(self):
        """→ all events"""
        # The sort is stable: the plan stays first, and the events of the end stay last.
        self.events.sort(key=lambda event: event["at"])
        return self.events


def save(path, events):
    path.write_text("".join(json.dumps(event) + "\n" for event in events))


def load(path):
    return [json.loads(line) for line in path.read_text().splitlines()]
