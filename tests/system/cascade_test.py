"""The platform sends an automatic request for every new observable in the connector's own results. This must not go on forever."""

import unittest

from support import OneConnectorTest, SystemTest, new_stack, sample_observable, wait_until
from types_test import EVERY_SECTION

SECTIONS = {**EVERY_SECTION, "KASPERSKY_LOOKUP_RESERVED": "true", "CONNECTOR_MAX_TLP": "TLP:RED", "CONNECTOR_AUTO": "true"}
OWN_RESULT = "Not looked up: the connector itself created this object. Enrich it manually if needed."


def echoes(stack, asked):
    """The works of automatic requests."""
    return [work for work in stack.opencti.get("/control/works") if work["id"] not in asked]


class Cascade(OneConnectorTest):
    settings = SECTIONS

    def test_related_objects_of_our_own_cause_no_lookups(self):
        earlier = {work["id"] for work in self.stack.opencti.get("/control/works")}
        lookups = len(self.lookups())
        file = self.stack.add(sample_observable("file", "full"))
        work = self.enrich(file)
        ours = earlier | {work["id"]}
        self.assertEqual(self.errors(work), [])
        related = {thing["type"] for bundle in self.stack.bundles(work["id"]) for thing in bundle["objects"]}
        self.assertLess({"url"}, related, "the result has observables of the connector's scope")
        wait_until(lambda: echoes(self.stack, ours), "the platform requests the enrichment of the new observables")
        wait_until(lambda: all(echo["status"] == "complete" for echo in echoes(self.stack, ours)), "all works are complete")
        for echo in echoes(self.stack, ours):
            self.assert_result(echo, OWN_RESULT)
            self.assert_nothing_sent(echo)
        self.assertEqual(len(self.lookups()), lookups + 1)

    def test_manual_requests_and_objects_of_others_are_looked_up(self):
        for how in ({"mode": "manual", "user_id": "c0000000-0000-4000-8000-000000000001"}, {"mode": "auto"}):
            with self.subTest(**how):
                asked = len(self.lookups())
                self.assertEqual(self.errors(self.enrich(self.new_file(), **how)), [])
                self.assertEqual(len(self.lookups()), asked + 1)

    def test_a_request_of_our_own_user_is_recognised_by_its_work_alone(self):
        work = self.enrich(self.new_file(), mode="auto", user_id="c0000000-0000-4000-8000-000000000001")
        self.assert_result(work, OWN_RESULT)


class CascadeWanted(SystemTest):
    def test_own_results_are_enriched_if_set(self):
        self.use(new_stack())
        self.stack.start_connector(CONNECTOR_ENRICH_OWN_RESULTS="true")
        work = self.enrich(self.new_file(), mode="auto", user_id="c0000000-0000-4000-8000-000000000001")
        self.assertEqual((self.errors(work), len(self.lookups())), ([], 1))


if __name__ == "__main__":
    unittest.main()
