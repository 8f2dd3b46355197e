"""The recorded history of a run: events as JSON lines, the first of which is the plan.

Each event has `event`, its name, and `at`, in seconds since the start. What else it has:

  plan       plan, begun (seconds since 1970)
  asked      request (the work's id, the step's execution id; null where it is not known), kind (manual, automatic, playbook), value (what is
             looked up), entity (its internal id on the platform), known (whether Kaspersky knows it), sure (whether the broker confirmed the message)
  delivered  request: a connector began with it
  looked_up  value, replica, status (null: none was sent), until (when the exchange was over)
  sent       request (null: without its work), entity, content (a digest), imported, dropped, rejected (numbers of objects): what workers took
  reported   request, text, failed
  answered   request, content, objects (how many): the answer to a playbook's step
  nemesis    fault, target, until, by (of a clock: the seconds it is ahead); what else the plan has of it
  ended      replica, status: its process ended without being killed
and of the end:
  work       request, complete, forced (the platform closed it)
  object     entity, enriched, missing (ids of objects that were sent for it and are not on the platform)
  queue      left (messages)
  memory     replica, early, late (MiB)
"""

import json
import threading
import time


class History:
    """Events in the order of their times. add() is thread-safe."""

    def __init__(self, plan):
        self._lock = threading.Lock()
        self._plan = plan
        self.begin()

    def begin(self):
        """Now is the start; what was before is forgotten."""
        self.begun = time.time()
        self.events = [{"event": "plan", "at": 0.0, "begun": self.begun, "plan": self._plan}]

    def now(self):
        return time.time() - self.begun

    def add(self, event, at=None, **more):
        with self._lock:
            self.events.append({"event": event, "at": round(self.now() if at is None else at, 3), **more})

    def finish(self):
        """→ all events"""
        # The sort is stable: the plan stays the first, and the state of the end comes last.
        self.events.sort(key=lambda event: event["at"])
        return self.events


def save(path, events):
    path.write_text("".join(json.dumps(event) + "\n" for event in events))


def load(path):
    return [json.loads(line) for line in path.read_text().splitlines()]
