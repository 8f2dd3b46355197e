"""A platform that accepts a request and never answers: the connector gives the request up after a minute and repeats it, at each point."""

import unittest

from support import FOUND_MALICIOUS, OBJECTS, OneConnectorTest, wait_until

CALL_TIMEOUT = 60
SOME_TIME = 40


class Patience(OneConnectorTest):
    def hang(self, *operations):
        for operation in operations:
            self.stack.opencti.post("/control/faults", operation=operation, kind="hang", times=1)

    def test_calls_without_an_answer_lose_nothing_and_count_nothing_twice(self):
        # Results are published in order, so the request after publishing must hang first: otherwise it would come when
        # the others are over.
        self.hang("toProcessed")
        works = [self.stack.enrich(self.new_file())]
        wait_until(lambda: "toProcessed" in self.stack.opencti.get("/control/state")["requests"], "the first message is being reported")
        self.hang("stixCoreObject", "isWorkAlive", "addExpectations")
        works += [self.stack.enrich(self.new_file()) for _ in range(3)]
        for work in works:
            done = self.stack.wait_for_work(work, CALL_TIMEOUT + SOME_TIME)
            self.assert_result(done, FOUND_MALICIOUS)
            self.assert_counts(done, OBJECTS)
        self.assertEqual(self.stack.opencti.get("/control/faults"), [], "each fault happened")


if __name__ == "__main__":
    unittest.main()
