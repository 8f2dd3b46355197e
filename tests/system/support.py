"""Common parts of the system tests: the broker, a stack per class of tests, and methods that read the results.

KASPERSKY_ENRICHMENT_PROGRAM is the path of the built program, BROKER_DIR the folder of a running private RabbitMQ. Without
BROKER_DIR, a test file starts its own broker.
"""

import atexit
import contextlib
import copy
import functools
import json
import os
import pathlib
import secrets
import shutil
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "simulators"))

from fault_proxy import FaultProxy  # noqa: E402, F401
from stack import OPENCTI_TOKEN, PAP, TIP_TOKEN, TLP, Broker, Failure, Redis, Stack, free_port, sample_observable, wait_until  # noqa: E402, F401

PROGRAM = pathlib.Path(os.environ.get("KASPERSKY_ENRICHMENT_PROGRAM", ROOT / "build" / "kaspersky-enrichment"))
# With sanitizers, the memory and the time of a program say nothing.
SANITIZED = any(name in os.environ for name in ("ASAN_OPTIONS", "TSAN_OPTIONS"))
OPENCTI_EXTENSION = "extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba"
OBSERVABLE_EXTENSION = "extension-definition--f93e2c80-4231-4f9a-af8b-95c9bd566a82"
AUTHOR = "identity--204d1078-cb63-5ef2-b6ae-aef1df5bb8a9"

# The properties of a file on the platform after an enrichment from the sample "malicious". The platform then has its
# three hashes.
MALICIOUS = {"score": 100, "labels": {"kaspersky:red", "malware", "botnet cnc", "apt"}, "size": 483328, "references": 2}
FOUND_MALICIOUS = ("Kaspersky zone: red. Sent: score 100; labels kaspersky:red, malware, botnet cnc, apt; 3 hashes; size; "
                   "link to Kaspersky's page; 1 note.")
# The text at the beginning of a work whose objects the platform counts itself.
TO_ADD_MALICIOUS = FOUND_MALICIOUS.replace("Sent", "To be added")
# The objects that one enrichment sends: the file, the author, a note.
OBJECTS = 3
READY = "Connector ready to process the operation"


@functools.cache
def shared_broker():
    if folder := os.environ.get("BROKER_DIR"):
        return Broker.running_in(folder)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="kaspersky-enrichment-broker-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    broker = Broker(folder, tls=True)
    atexit.register(broker.stop)
    return broker


def new_stack(**options):
    """A stack with its own connector id, so that many stacks can use one broker."""
    if "broker" not in options:
        options["broker"] = shared_broker()
    return Stack(PROGRAM, connector_id=f"system-{secrets.token_hex(6)}", **options)


def port_of(http):
    return http.url.rpartition(":")[2]


class SystemTest(unittest.TestCase):
    """A test of a running connector. The log of the connector is shown when a test fails."""

    stack = None
    maxDiff = None

    def run(self, result=None):
        self._result = result
        self._problems_before = self._problems()
        return super().run(result)

    def _problems(self):
        return len(self._result.failures) + len(self._result.errors) if self._result else 0

    def show_log_of_failure(self):
        if self._problems() > self._problems_before and self.stack and self.stack.connector:
            print(f"--- {self.id()}: the connector's log ends with\n{self.stack.connector.output()[-6000:]}", file=sys.stderr)

    def use(self, stack):
        """Uses this stack for the test; the stack ends with the test."""
        self.stack = self.enterContext(stack)
        self.addCleanup(self.show_log_of_failure)
        return stack

    # --- requests ---

    def new_hashes(self, case="malicious"):
        """Adds a new file to the simulated Kaspersky, with the answer of a sample. → its hashes, by STIX's names"""
        answer = copy.deepcopy(json.loads((ROOT / "samples" / "file" / case / "answer.json").read_text()))
        hashes = {"MD5": secrets.token_hex(16), "SHA-1": secrets.token_hex(20), "SHA-256": secrets.token_hex(32)}
        for kaspersky, stix in (("Md5", "MD5"), ("Sha1", "SHA-1"), ("Sha256", "SHA-256")):
            answer["FileGeneralInfo"][kaspersky] = hashes[stix].upper()
        self.stack.tip.post("/control/samples", answers=[answer])
        return hashes

    def new_file(self, case="malicious", tlp=None, algorithm="SHA-256", **properties):
        """Adds a new file to the platform and to the simulated Kaspersky. The platform has one of its hashes, Kaspersky all. → its id"""
        return self.stack.add_file({algorithm: self.new_hashes(case)[algorithm]}, tlp, **properties)

    def unknown_file(self, tlp=None, **properties):
        return self.stack.add_file({"SHA-256": secrets.token_hex(32)}, tlp, **properties)

    def enrich(self, entity, timeout=30.0, **how):
        """Requests an enrichment, and waits until it is finished. → the work"""
        return self.stack.wait_for_work(self.stack.enrich(entity, **how), timeout)

    def ask_playbook(self, timeout=30.0, **step):
        """Sends a step of a playbook to the connector. → the answer"""
        execution = self.stack.opencti.post("/control/playbook", **step)["execution_id"]
        return self.answer_to(execution, timeout)

    def answer_to(self, execution, timeout=30.0):
        return wait_until(lambda: next((answer for answer in self.stack.opencti.get("/control/playbook_answers")
                                        if answer["execution_id"] == execution), None), "the playbook is answered", timeout)

    @contextlib.contextmanager
    def fault(self, simulator, **fault):
        """While the context lasts, the simulator has this fault."""
        simulator.post("/control/faults", **fault)
        yield
        simulator.delete("/control/faults")

    def wait_until_held(self, simulator, timeout=20.0):
        """Waits until the simulator holds a request."""
        wait_until(lambda: simulator.get("/control/state")["held"], "a request is held", timeout)

    # --- results ---

    def messages(self, work):
        return [entry["message"] for entry in work["messages"] if entry["message"] != READY]

    def errors(self, work):
        return [entry["message"] for entry in work["errors"]]

    def assert_result(self, work, text, in_error=False):
        """Checks that the work has this text, and no other."""
        self.assertEqual((self.messages(work), self.errors(work)), ([], [text]) if in_error else ([text], []))

    def assert_nothing_sent(self, work):
        self.assertEqual(self.stack.bundles(work["id"]), [])

    def assert_counts(self, work, number):
        """Checks that this number of objects was expected and imported, and that the work is complete."""
        self.assertEqual((work["expected_number"], work["completed_number"], work["status"]), (number, number, "complete"))

    def object(self, entity, draft=None):
        query = f"?draft_id={draft}" if draft else ""
        return self.stack.opencti.get(f"/control/entities/{entity}{query}")["object"]

    def known(self, entity, draft=None):
        """The platform's properties of a file, in the form of MALICIOUS."""
        file = self.object(entity, draft)
        said = file["extensions"].get(OBSERVABLE_EXTENSION, {})
        return {"score": said.get("score"), "labels": set(said.get("labels", [])), "size": file.get("size"),
                "references": len(said.get("external_references", []))}

    def assert_enriched_as_malicious(self, entity, draft=None):
        self.assertEqual(self.known(entity, draft), MALICIOUS)
        self.assertEqual(set(self.object(entity, draft)["hashes"]), {"MD5", "SHA-1", "SHA-256"})

    def lookups(self):
        """The paths of all requests to Kaspersky."""
        return [request["path"] for request in self.stack.tip.get("/control/requests")]

    def platform_requests(self):
        """The number of requests to the platform, without pings and registrations."""
        requests = self.stack.opencti.get("/control/requests")
        own = {"about", "registerConnector", "pingConnector", "me"}
        return sum(1 for request in requests if not own.intersection(request["operations"]))

    def ready(self):
        """The number of messages that wait in the connector's queue."""
        return self.stack.opencti.get("/control/state")["listen_queue"]["ready"]

    def log(self, process=None):
        """The lines of the log, each of which must be a JSON object, without an incomplete last line."""
        whole = (process or self.stack.connector).output().rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines()]

    def lines(self, message, process=None):
        """The lines of the log whose message begins with this text."""
        return [line for line in self.log(process) if line["message"].startswith(message)]

    def wait_for_line(self, message, process=None, timeout=20.0):
        return wait_until(lambda: self.lines(message, process), f"the log says: {message}", timeout)


class OneConnectorTest(SystemTest):
    """All tests of the class use one stack and one connector, which must survive each of them."""

    settings = {}
    stack_options = {}

    @classmethod
    def setUpClass(cls):
        cls.stack = cls.enterClassContext(new_stack(**cls.stack_options))
        cls.stack.start_connector(**cls.settings)

    def setUp(self):
        self.addCleanup(self.show_log_of_failure)
        self.addCleanup(self.clear_faults)

    def clear_faults(self):
        for simulator in (self.stack.tip, self.stack.opencti):
            simulator.delete("/control/faults")
            simulator.post("/control/release")
        self.assertTrue(self.stack.connector.running(), "the connector ended")
