#!/usr/bin/python3
"""A small connector that follows OpenCTI's protocol, without any library of OpenCTI. It knows the addresses 198.51.100.0/24.

It is an example for docs/conformance.md. The environment variable FLAWS lists flaws that it should have, to show that each check can fail.
"""

import base64
import datetime
import http.client
import json
import os
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid

import pika

FLAWS = set(os.environ.get("FLAWS", "").split(","))
PING_SECONDS = 40
RETRY_SECONDS = 0.2
LEVELS = {  # The ids of the TLP markings, from the least to the most strict.
    "TLP:CLEAR": "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9",
    "TLP:GREEN": "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da",
    "TLP:AMBER": "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",
    "TLP:AMBER+STRICT": "marking-definition--826578e1-40ad-459f-bc73-ede076f81f37",
    "TLP:RED": "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
}
REGISTER = """mutation ($input: RegisterConnectorInput) { registerConnector(input: $input) { connector_user_id config {
  connection { host vhost port user pass } listen push_exchange push_routing } } }"""
PING = "mutation ($id: ID!, $state: String) { pingConnector(id: $id, state: $state) { id } }"
READ = "query ($id: String!) { stixCoreObject(id: $id) { toStix } }"
IS_ALIVE = "query ($id: ID!) { isWorkAlive(id: $id) }"
RECEIVED = "mutation ($id: ID!) { workEdit(id: $id) { toReceived(message: \"Begun\") } }"
EXPECT = "mutation ($id: ID!, $number: Int) { workEdit(id: $id) { addExpectations(expectations: $number) } }"
PROCESSED = "mutation ($id: ID!, $text: String, $failed: Boolean) { workEdit(id: $id) { toProcessed(message: $text, inError: $failed) } }"
ANSWER = """mutation ($execution_id: ID!, $event_id: ID!, $execution_start: DateTime!, $data_instance_id: ID!, $playbook_id: ID!,
  $previous_step_id: ID!, $step_id: ID!, $previous_bundle: String!, $bundle: String!) { playbookStepExecution(
  execution_id: $execution_id, event_id: $event_id, execution_start: $execution_start, data_instance_id: $data_instance_id,
  playbook_id: $playbook_id, previous_step_id: $previous_step_id, step_id: $step_id, previous_bundle: $previous_bundle, bundle: $bundle) }"""


class Stopping(Exception):
    """The process should end; messages in progress go back to the queue."""


class Connector:
    def __init__(self):
        self.id = os.environ["CONNECTOR_ID"]
        self.scope = [name.strip() for name in os.environ["CONNECTOR_SCOPE"].split(",")]
        self.above_limit = list(LEVELS.values())[list(LEVELS).index(os.environ["CONNECTOR_MAX_TLP"]) + 1:]
        self.stopping = False

    # --- the platform ---

    def ask(self, query, draft="", **variables):
        """Sends a query, and retries until the platform answers."""
        request = urllib.request.Request(
            os.environ["OPENCTI_URL"].rstrip("/") + "/graphql", json.dumps({"query": query, "variables": variables}).encode(),
            {"Content-Type": "application/json", "Authorization": "Bearer " + os.environ["OPENCTI_TOKEN"], "opencti-draft-id": draft})
        while True:
            try:
                with urllib.request.urlopen(request, timeout=60) as response:
                    answer = json.load(response)
                if "errors" in answer:
                    raise RuntimeError(answer["errors"][0]["message"])
                return next(iter(answer["data"].values()))
            except (urllib.error.URLError, http.client.HTTPException, OSError):
                if "gives-up" in FLAWS:
                    raise
                if self.stopping:
                    raise Stopping from None
                time.sleep(RETRY_SECONDS)

    def register(self):
        answer = self.ask(REGISTER, input={
            "id": self.id, "name": os.environ["CONNECTOR_NAME"], "type": "STREAM" if "type" in FLAWS else "INTERNAL_ENRICHMENT",
            "scope": self.scope, "auto": os.environ["CONNECTOR_AUTO"] == "true", "playbook_compatible": True})
        self.user, self.config = answer["connector_user_id"], answer["config"]
        if "names" in FLAWS:
            self.config["listen"] = f"listen_{self.id}"

    def ping(self):
        while True:
            self.ask(PING, id=self.id, state=None)
            time.sleep(PING_SECONDS)

    # --- the broker ---

    def run(self):
        self.register()
        if "ping" not in FLAWS:
            threading.Thread(target=self.ping, daemon=True).start()
        there = self.config["connection"]
        self.channel = pika.BlockingConnection(pika.ConnectionParameters(
            there["host"], there["port"], there["vhost"], pika.PlainCredentials(there["user"], there["pass"]), heartbeat=600)).channel()
        self.channel.basic_qos(prefetch_count=2 if "unordered" in FLAWS else 1)
        self.channel.confirm_delivery()
        for method, body in self.messages():
            if "early" in FLAWS:
                self.channel.basic_ack(method.delivery_tag)
            self.handle(body)
            if "early" not in FLAWS:
                self.channel.basic_ack(method.delivery_tag)

    def messages(self):
        held = None
        for method, _, body in self.channel.consume(self.config["listen"], inactivity_timeout=0.1):
            if self.stopping:
                return
            if "unordered" in FLAWS and method and not held:
                held = method, body
                continue
            if method:
                yield method, body
            if held:
                yield held
                held = None

    def publish(self, objects, work, draft):
        bundle = {"type": "bundle", "id": f"bundle--{uuid.uuid4()}", "spec_version": "2.1", "objects": objects}
        envelope = {"applicant_id": self.user, "action_sequence": 1, "entities_types": [], "update": False, "draft_id": draft or None,
                    "content": base64.b64encode(json.dumps(bundle).encode()).decode(), "no_split": True, **({"work_id": work} if work else {})}
        self.channel.basic_publish(self.config["push_exchange"], self.config["push_routing"], json.dumps(envelope).encode(),
                                   pika.BasicProperties(delivery_mode=2), mandatory=True)

    # --- one message ---

    def handle(self, body):
        try:
            message = json.loads(body)
            internal, event = message["internal"], message["event"]
            entity = event["entity_id"]
        except (ValueError, KeyError, TypeError) as error:
            if "rubbish" in FLAWS:
                raise
            print(f"A message cannot be read: {error!r}", file=sys.stderr)
            return
        if internal.get("playbook"):
            self.answer(internal["playbook"], event)
        elif not ("automatic" in FLAWS and internal["mode"] == "auto"):
            self.forgiving(self.enrich, internal["work_id"], entity, internal.get("draft_id") or "")

    def forgiving(self, enrich, *request):
        try:
            enrich(*request)
        except (OSError, TypeError):
            if not {"gives-up", "gone"} & FLAWS:
                raise

    def enrich(self, work, entity, draft):
        read = self.ask(READ, draft, id=entity)
        if read is None and "gone" not in FLAWS:
            found, text, failed = None, "The object is gone.", True
        else:
            found, text, failed = self.look(json.loads(read["toStix"]))
        # A complete work must not be opened again, because nothing would close it.
        alive = self.ask(IS_ALIVE, id=work) or "careless" in FLAWS
        announced = bool(alive and found and "work" not in FLAWS)
        if alive:
            self.ask(RECEIVED, id=work)
        if announced and "late" not in FLAWS:
            self.ask(EXPECT, id=work, number=1)
        if found:
            self.publish([found], work if announced else None, "" if "draft" in FLAWS else draft)
        if announced and "late" in FLAWS:
            self.ask(EXPECT, id=work, number=1)
        if alive and not (found and "report" in FLAWS):
            self.ask(PROCESSED, id=work, text=text, failed=failed)

    def answer(self, step, event):
        objects = event["bundle"]["objects"]
        found, _, _ = self.look(next(thing for thing in objects if thing["id"] == event["entity_id"]))
        if not found and "silent" in FLAWS:
            return
        answer = {**event["bundle"], "objects": [found if found and thing["id"] == found["id"] else thing for thing in objects]}
        for _ in range(2 if "twice" in FLAWS else 1):
            self.ask(ANSWER, **step, execution_start=datetime.datetime.now(datetime.timezone.utc).isoformat(),
                     previous_bundle=json.dumps(event["bundle"]), bundle=json.dumps(answer))

    def look(self, thing):
        """→ the enriched object or None, a text for the work, whether it is a failure"""
        if thing["type"] not in (name.lower() for name in self.scope) and "scope" not in FLAWS:
            return None, "Not in scope.", False
        if set(self.above_limit) & set(thing.get("object_marking_refs", [])) and "tlp" not in FLAWS:
            return None, "Marked above the limit.", False
        if thing["type"] == "ipv4-addr" and not thing["value"].startswith("198.51.100."):
            return None, "Not known.", "unknown" in FLAWS
        return {**thing, "x_opencti_score": 70}, "Known.", False

    def stop(self, *_):
        self.stopping = "deaf" not in FLAWS


if __name__ == "__main__":
    connector = Connector()
    signal.signal(signal.SIGTERM, connector.stop)
    try:
        connector.run()
    except Stopping:
        pass
