"""A playbook's step is always answered: with the new objects, or with the unchanged bundle. Without an answer, the playbook would stop there."""

import unittest

from support import AUTHOR, MALICIOUS, OBJECTS, OBSERVABLE_EXTENSION, OPENCTI_EXTENSION, TLP, OneConnectorTest

UNRELATED = {"type": "domain-name", "spec_version": "2.1", "id": "domain-name--00000000-0000-4000-8000-000000000009",
             "value": "example.org"}
ORGANISATION = "identity--5e0b1a0c-0000-4000-8000-000000000002"


class Playbook(OneConnectorTest):
    def ask(self, entity, *others, **more):
        """Sends a step with the platform's object, the properties in `more`, and other objects."""
        answer = self.ask_playbook(entity_id=entity, objects=[*others, {**self.object(entity), **more}])
        self.assertTrue(answer["same_ids"] and answer["has_base"])
        return answer

    def assert_unchanged(self, answer):
        self.assertEqual(answer["bundle"], answer["previous_bundle"])

    def test_it_gets_the_bundle_with_the_new_values(self):
        file = self.new_file()
        before = self.object(file)
        answer = self.ask(file, UNRELATED)
        self.assertEqual([thing["type"] for thing in answer["bundle"]["objects"]], ["domain-name", "file", "identity", "note"])
        unrelated, enriched, author, note = answer["bundle"]["objects"]
        self.assertEqual(unrelated, UNRELATED)
        self.assertEqual(author["id"], AUTHOR)
        self.assertEqual(note["object_refs"], [before["id"]])
        self.assertEqual((enriched["id"], enriched["size"], len(enriched["hashes"])), (before["id"], 483328, 3))
        said = enriched["extensions"][OBSERVABLE_EXTENSION]
        self.assertEqual((said["score"], set(said["labels"])), (100, MALICIOUS["labels"]))

    def test_its_answer_has_the_previous_bundle(self):
        file = self.new_file()
        before = self.object(file)
        answer = self.ask(file, UNRELATED)
        self.assertEqual(answer["previous_bundle"]["objects"], [UNRELATED, before])

    def test_earlier_labels_stay(self):
        file = self.new_file(extensions={OBSERVABLE_EXTENSION: {"extension_type": "property-extension", "labels": ["mine"]}})
        [enriched, *_] = self.ask(file)["bundle"]["objects"]
        self.assertIn("mine", enriched["extensions"][OBSERVABLE_EXTENSION]["labels"])

    def test_nothing_goes_to_the_workers(self):
        file = self.new_file()
        self.ask(file)
        self.assertEqual(self.stack.opencti.get("/control/state")["bundles_received"], 0)

    def test_all_objects_are_shared_with_the_organisations_of_the_file(self):
        file = self.new_file(extensions={OPENCTI_EXTENSION: {
            "extension_type": "property-extension", "granted_refs": [ORGANISATION]}})
        for thing in self.ask(file, UNRELATED)["bundle"]["objects"]:
            extension = thing.get("extensions", {}).get(OPENCTI_EXTENSION, {})
            self.assertEqual(thing.get("x_opencti_granted_refs", extension.get("granted_refs")), [ORGANISATION], thing["type"])

    def test_an_unknown_file_comes_back_unchanged(self):
        self.assert_unchanged(self.ask(self.unknown_file(), UNRELATED))

    def test_a_file_over_the_limit_comes_back_unchanged_and_is_not_looked_up(self):
        file = self.new_file(tlp="TLP:RED")
        asked = len(self.lookups())
        self.assert_unchanged(self.ask(file))
        self.assertEqual(len(self.lookups()), asked)

    def test_a_marking_that_an_earlier_step_set_counts(self):
        file = self.new_file(tlp="TLP:GREEN")
        asked = len(self.lookups())
        self.assert_unchanged(self.ask(file, object_marking_refs=[TLP["TLP:GREEN"], TLP["TLP:RED"]]))
        self.assertEqual(len(self.lookups()), asked)

    def test_types_outside_the_scope_come_back_unchanged(self):
        domain = self.stack.opencti.post("/control/entities", object=UNRELATED)["id"]
        self.assert_unchanged(self.ask_playbook(entity_id=domain))

    def test_an_object_that_the_platform_does_not_know_comes_back_unchanged(self):
        gone = {"type": "file", "spec_version": "2.1", "id": "file--60000000-0000-4000-8000-000000000000",
                "hashes": {"MD5": self.new_hashes()["MD5"]}}
        self.assert_unchanged(self.ask_playbook(entity_id=gone["id"], objects=[gone]))

    def test_a_failing_kaspersky_brings_it_back_unchanged(self):
        # Faults with an answer of Kaspersky are in between, so that the breaker does not open.
        for fault in ({"kind": "status", "status": 500}, {"kind": "cut"}, {"kind": "reset"}, {"kind": "wrong_shape"},
                      {"kind": "status", "status": 429}):
            with self.subTest(**fault), self.fault(self.stack.tip, **fault):
                self.assert_unchanged(self.ask(self.new_file()))

    def test_an_answer_that_the_platform_could_not_take_is_sent_again(self):
        for fault in ({"kind": "reset"}, {"kind": "status", "status": 503}, {"kind": "graphql_error", "message": "LOCK_ERROR"}):
            with self.subTest(**fault):
                self.stack.opencti.post("/control/faults", operation="playbookStepExecution", times=1, **fault)
                self.assertEqual(len(self.ask(self.new_file())["bundle"]["objects"]), OBJECTS)


if __name__ == "__main__":
    unittest.main()
