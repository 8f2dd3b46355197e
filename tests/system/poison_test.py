"""A message that ends the connector each time is given up, and no other message with it."""

import unittest

from support import FOUND_MALICIOUS, SystemTest, free_port, new_stack, wait_until

GIVEN_UP = "Gave up after 3 attempts. Last error: the process ended while it handled this object."


class Poison(SystemTest):
    listening = {}

    def start(self):
        self.stack.start_connector(KASPERSKY_CACHE_PATH=str(self.stack.folder / "store.db"), CONNECTOR_WORKERS="2",
                                   **self.listening)

    def die_of(self, hash_value):
        """Ends the connector as soon as it asks about this, as a defect would. → whether it asked"""
        def ask():
            asked = [path for path in self.lookups() if hash_value in path.lower()]
            return len(asked) > self.asked or not self.stack.connector.running()
        wait_until(ask, "it asks about the culprit")
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
        self.assertTrue(self.lines("The message that is given up"), "its body is in the log")
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)

    def test_among_many_posted_messages(self):
        """Two hundred others wait while it ends the connector; none of them is given up with it."""
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


if __name__ == "__main__":
    unittest.main()
