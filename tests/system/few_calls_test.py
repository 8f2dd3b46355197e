"""How many requests an enrichment sends to the platform."""

import unittest

from support import OneConnectorTest, sample_observable, wait_until

OWN_USER = "c0000000-0000-4000-8000-000000000001"
PRESENCE = {"about", "registerConnector", "pingConnector"}
READ = {"stixCoreObject"}
READ_WITH_WORK = {"stixCoreObject", "work"}
ALIVE = {"isWorkAlive"}
OPEN = {"workEdit", "toReceived", "addExpectations"}
CLOSE = {"workEdit", "toProcessed"}


FIND = {"stixCoreObjects"}


class FewCalls(OneConnectorTest):
    settings = {"KASPERSKY_LOOKUP_RESERVED": "true"}

    def calls(self, run):
        """The requests that the platform got during run(), each as the set of its operations."""
        asked = len(self.stack.opencti.get("/control/requests"))
        run()
        requests = self.stack.opencti.get("/control/requests")[asked:]
        return [set(request["operations"]) for request in requests if not PRESENCE.intersection(request["operations"])]

    def assert_calls(self, run, *expected):
        self.assertEqual(self.calls(run), list(expected))

    def test_a_manual_enrichment(self):
        file = self.new_file()
        self.assert_calls(lambda: self.enrich(file), READ, ALIVE, OPEN, CLOSE)

    def test_one_that_names_other_objects_asks_for_all_of_them_at_once(self):
        address = self.stack.add(sample_observable("ip", "full"))
        self.assert_calls(lambda: self.enrich(address), READ, FIND, ALIVE, OPEN, CLOSE)

    def test_an_automatic_one_asks_who_caused_it_in_the_same_request(self):
        file = self.new_file()
        self.assert_calls(lambda: self.enrich(file, mode="auto"), READ_WITH_WORK, ALIVE, OPEN, CLOSE)

    def test_one_that_our_own_results_caused(self):
        file = self.new_file()
        self.assert_calls(lambda: self.enrich(file, mode="auto", user_id=OWN_USER), READ_WITH_WORK, CLOSE)

    def test_one_without_news(self):
        file = self.unknown_file()
        self.assert_calls(lambda: self.enrich(file), READ, CLOSE)

    def test_many_with_the_looks_whether_they_were_imported(self):
        files = [self.new_file() for _ in range(30)]
        asked = self.platform_requests()
        works = self.stack.opencti.post("/control/enrich", entity_ids=files)["work_ids"]
        for work in works:
            self.stack.wait_for_work(work)
        looks = lambda: self.stack.opencti.get("/control/state")["requests"].get("works", 0)  # noqa: E731
        wait_until(looks, "the connector checks whether the results were imported", timeout=100)
        self.assertLessEqual((self.platform_requests() - asked) / len(files), 4.2)

    def test_a_step_of_a_playbook(self):
        file = self.new_file()
        self.assert_calls(lambda: self.ask_playbook(entity_id=file), READ, {"playbookStepExecution"})


if __name__ == "__main__":
    unittest.main()
