"""A message that ends the connector each time is given up, and no other message is."""

import base64
import hashlib
import http.client
import json
import os
import unittest

from memory_limits import ControlGroup
from support import FOUND_MALICIOUS, SANITIZED, SystemTest, free_port, new_stack, wait_until

GIVEN_UP = "Gave up after 3 attempts. Last error: the process ended while it handled this object."


class Poison(SystemTest):
    listening = {}

    def start(self):
        self.stack.start_connector(KASPERSKY_CACHE_PATH=str(self.stack.folder / "store.db"), CONNECTOR_WORKERS="2",
                                   **self.listening)

    def die_of(self, hash_value):
        """Kills the connector as soon as it looks this value up, as a defect would end it."""
        def ask():
            asked = [path for path in self.lookups() if hash_value in path.lower()]
            return len(asked) > self.asked or not self.stack.connector.running()
        wait_until(ask, "the connector looks the culprit up")
        self.asked += 1
        self.stack.connector.kill()
        self.stack.connector.wait()

    def test_the_culprit_is_given_up_and_the_others_are_enriched(self):
        self.use(new_stack())
        self.asked = 0
        self.start()
        culprit = self.new_file()
        digest = self.object(culprit)["hashes"]["SHA-256"]
        self.stack.tip.post("/control/faults", match=digest.upper(), kind="hold")
        self.stack.tip.post("/control/faults", match=digest, kind="hold")
        works = self.stack.opencti.post("/control/enrich", entity_ids=[culprit, self.new_file(), self.new_file()])["work_ids"]
        for _ in range(3):
            self.die_of(digest)
            self.start()
        first, *others = works
        self.assert_result(self.stack.wait_for_work(first, timeout=60), GIVEN_UP, in_error=True)
        for work in others:
            self.assertEqual(self.errors(self.stack.wait_for_work(work, timeout=60)), [])
        self.assertEqual(self.asked, 3)
        self.assertTrue(self.lines("Body of the message, which was given up"), "its body is in the log")
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)

    def test_among_many_posted_messages(self):
        """Two hundred other messages wait while one ends the connector; none of them is given up."""
        self.use(new_stack(opencti_options=("--callback-poll-ms", "50", "--callback-retry-ms", "100")))
        self.asked = 0
        self.listening = {"CONNECTOR_LISTEN_PROTOCOL": "api", "CONNECTOR_LISTEN_PROTOCOL_API_PORT": str(free_port())}
        self.start()
        culprit = self.new_file()
        digest = self.object(culprit)["hashes"]["SHA-256"]
        for spelling in (digest, digest.upper()):
            self.stack.tip.post("/control/faults", match=spelling, kind="hold")
        files = [self.new_file() for _ in range(20)] + [culprit] + [self.unknown_file() for _ in range(180)]
        works = self.stack.opencti.post("/control/enrich", entity_ids=files)["work_ids"]
        for _ in range(3):
            self.die_of(digest)
            self.start()
        for number, work in enumerate(works):
            done = self.stack.wait_for_work(work, timeout=120)
            self.assertEqual(self.errors(done), [GIVEN_UP] if files[number] == culprit else [])
        self.assertEqual(self.asked, 3)


@unittest.skipIf("DEADLY_MESSAGE_LIBRARY" not in os.environ, "packages and images are tested without the build's libraries")
@unittest.skipIf(SANITIZED, "a sanitizer has to be loaded before any other library")
class WhileItIsRead(SystemTest):
    """Parsing this message, not its lookup, takes memory until the kernel ends the process. Where no control group can be made,
    the preloaded library ends it."""
    memory_limit = 320 << 20
    text = "Gave up after 3 attempts. Last error: the process ended while it read this message."

    def start(self):
        self.stack.start_connector(wait=False, **self.settings)

    def begin(self, **settings):
        self.group = ControlGroup.make()
        if self.group:
            self.addCleanup(self.group.remove)
            self.group.limit(None, self.memory_limit)
        self.use(new_stack(opencti_options=("--callback-poll-ms", "50", "--callback-retry-ms", "100")))
        if self.group:
            self.stack.program = self.group.starter(self.stack.program, self.stack.folder)
        self.deadly = self.stack.folder / "deadly"
        self.settings = {"KASPERSKY_CACHE_PATH": str(self.stack.folder / "store.db"), "DEADLY_MESSAGE_FILE": str(self.deadly),
                         "LD_PRELOAD": os.environ["DEADLY_MESSAGE_LIBRARY"], **settings}
        self.stack.start_connector(**self.settings)

    def a_message(self):
        """→ the message's work, its text"""
        work = self.enrich(self.new_file())["id"]
        message = json.dumps({"internal": {"work_id": work, "mode": "manual"}, "event": {"entity_id": "file--1"}})
        self.deadly.write_text(hashlib.sha256(message.encode()).hexdigest(), encoding="ascii")
        return work, message

    def assert_given_up_after_three(self, work):
        for _ in range(3):
            wait_until(lambda: not self.stack.connector.running(), "the message ends the connector")
            self.stack.connector.wait()
            self.start()
        wait_until(lambda: self.errors(self.stack.work(work)), "the work has an error", timeout=60)
        self.assertEqual(self.errors(self.stack.work(work)), [self.text])
        if self.group:
            self.assertEqual(self.group.kills(), 3, "it died at its limit, each time")
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)
        self.assertTrue(self.stack.connector.running())

    def test_a_posted_message_is_not_read_a_fourth_time(self):
        port = free_port()
        self.begin(CONNECTOR_LISTEN_PROTOCOL="api", CONNECTOR_LISTEN_PROTOCOL_API_PORT=str(port))
        work, message = self.a_message()
        token = self.stack.opencti.post("/control/token")["token"]
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("POST", "/api/callback", message, {"Authorization": f"Bearer {token}"})
        try:
            self.assertEqual(connection.getresponse().status, 202)
        except (http.client.HTTPException, OSError):
            pass  # The connector ended before it answered, but it had stored the message.
        connection.close()
        self.assert_given_up_after_three(work)

    def test_a_message_from_the_queue_is_not_read_a_fourth_time(self):
        self.begin()
        work, message = self.a_message()
        self.stack.opencti.post("/control/publish", base64=base64.b64encode(message.encode()).decode())
        self.assert_given_up_after_three(work)

    def test_two_hundred_others_are_done(self):
        self.begin()
        work, message = self.a_message()

        def ask_for_a_hundred():
            return self.stack.opencti.post("/control/enrich", entity_ids=[self.unknown_file() for _ in range(100)])["work_ids"]

        others = ask_for_a_hundred()
        self.stack.opencti.post("/control/publish", base64=base64.b64encode(message.encode()).decode())
        others += ask_for_a_hundred()
        self.assert_given_up_after_three(work)
        for other in others:
            self.assertEqual(self.errors(self.stack.wait_for_work(other, timeout=120)), [])


if __name__ == "__main__":
    unittest.main()
