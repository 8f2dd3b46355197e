"""Adds the records of the simulators to the history: the lookups, what workers took, and the result of each request."""

import datetime
import hashlib
import json

from stack import Failure  # stage.py has added its folder to the path

READY = "Connector ready"


def content_of(objects):
    return hashlib.sha256(json.dumps(objects, sort_keys=True).encode()).hexdigest()[:12]


def enriched_object(objects):
    """→ the enriched object's id in a bundle"""
    return next((thing["id"] for thing in objects if thing["type"] in ("file", "domain-name")), objects[0]["id"] if objects else "none")


class Books:
    def __init__(self, stage, history):
        self._stage, self._history = stage, history
        self._platform, self._tip = stage.stack.opencti, stage.stack.tip
        self._entities = {}

    def read(self, asked):
        """`asked`: the history's events with this name"""
        self._read_lookups()
        self._read_bundles()
        self._read_works({event["request"] for event in asked if event["request"] and event["kind"] != "playbook"})
        self._read_answers()
        self._read_objects(asked)

    def _at(self, text):
        return datetime.datetime.fromisoformat(text).timestamp() - self._history.begun

    def _read_lookups(self):
        for request in self._tip.get("/control/requests"):
            begun = self._at(request["time"])
            until = self._at(request["ended"]) if request["ended"] else self._history.now()
            self._history.add("looked_up", at=begun, until=round(until, 3), value=request["path"].rpartition("/")[2].lower(),
                              status=request["status"], replica=self._stage.who_asked(request["port"], begun + self._history.begun))

    def _read_bundles(self):
        for bundle in self._platform.get("/control/bundles"):
            # The object gets another id when more of its hashes are known; then the result of an earlier request has it, too.
            content = json.loads(json.dumps(bundle["objects"]).replace(enriched_object(bundle["objects"]), "the object"))
            self._history.add("sent", at=self._at(bundle["received_at"]), request=bundle["work_id"], entity=self.about(bundle),
                              content=content_of(content), imported=bundle["imported"], dropped=bundle["dropped"],
                              rejected=len(bundle["errors"]))

    def about(self, bundle):
        """→ the internal id of the enriched object, which does not change"""
        named = enriched_object(bundle["objects"])
        if named not in self._entities:
            try:
                self._entities[named] = self._platform.get(f"/control/entities/{named}")["internal_id"]
            except Failure:
                return named
        return self._entities[named]

    def _read_works(self, asked):
        for work in self._platform.get("/control/works"):
            if work["id"] not in asked:
                continue
            # Errors with a source are those of the platform's workers about single objects.
            for failed, notes in ((False, work["messages"]), (True, [error for error in work["errors"] if error["source"] is None])):
                for note in notes:
                    at = self._at(note["timestamp"])
                    if note["message"].startswith(READY):
                        self._history.add("delivered", at=at, request=work["id"])
                    else:
                        self._history.add("reported", at=at, request=work["id"], text=note["message"], failed=failed)
            self._history.add("work", request=work["id"], complete=work["status"] == "complete", forced=work["forced"])

    def _read_answers(self):
        for answer in self._platform.get("/control/playbook_answers"):
            objects = answer["bundle"]["objects"]
            self._history.add("answered", at=self._at(answer["received_at"]), request=answer["execution_id"], content=content_of(objects),
                              objects=len(objects))

    def _read_objects(self, asked):
        missing = self.missing()
        for entity in {event["entity"]: None for event in asked if event["kind"] != "playbook"}:
            self._history.add("object", entity=entity, enriched=self.is_enriched(entity), missing=missing.get(entity, []))

    def is_enriched(self, entity):
        extensions = self._platform.get(f"/control/entities/{entity}")["object"].get("extensions", {})
        return any(extension.get("score") == 100 for extension in extensions.values())

    def missing(self):
        """→ the ids of objects that were sent and are not on the platform, by the enriched entity"""
        sent = {}
        for bundle in self._platform.get("/control/bundles"):
            sent.setdefault(self.about(bundle), set()).update(thing["id"] for thing in bundle["objects"])
        nowhere = set(self._platform.post("/control/missing", ids=sorted(set().union(*sent.values())))["missing"])
        return {entity: sorted(ids & nowhere) for entity, ids in sent.items() if ids & nowhere}
