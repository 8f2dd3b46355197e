"""Objects that the platform already has do not change for anybody: only new properties are sent."""

import json
import unittest
import uuid

from support import AUTHOR, OBSERVABLE_EXTENSION, TLP, SystemTest, new_stack, sample_observable
from types_test import EVERY_SECTION

NAMESPACE = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
SETTINGS = {**EVERY_SECTION, "KASPERSKY_LOOKUP_RESERVED": "true", "CONNECTOR_SCOPE": "StixFile,IPv4-Addr,Domain-Name,Url"}
LEFT_OUT = "which could not be looked up on the platform."


def made_id(kind, **identifying):
    """The id that the platform generates from these properties."""
    text = json.dumps(identifying, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    return f"{kind}--{uuid.uuid5(NAMESPACE, text)}"


def domain(value, **properties):
    return {"type": "domain-name", "spec_version": "2.1", "id": made_id("domain-name", value=value), "value": value, **properties}


class PresentTest(SystemTest):
    """Each test has its own platform, and enriches the address of the sample ip/full, in which c2.example.org is red."""

    settings = SETTINGS

    def setUp(self):
        self.use(new_stack())
        self.stack.start_connector(**self.settings)

    def enrich_address(self):
        return self.enrich(self.stack.add(sample_observable("ip", "full")))

    def markings(self, entity):
        return self.object(entity).get("object_marking_refs", [])

    def score(self, entity):
        return self.object(entity)["extensions"][OBSERVABLE_EXTENSION].get("score")

    def sent(self, work):
        [bundle] = self.stack.bundles(work["id"])
        return bundle["objects"]


class Present(PresentTest):
    def test_a_related_object_that_exists_keeps_its_marking(self):
        green = self.stack.add(domain("c2.example.org", object_marking_refs=[TLP["TLP:GREEN"]]))
        unmarked = self.stack.add(domain("www.example.com"))
        work = self.enrich_address()
        self.assertEqual(self.errors(work), [])
        self.assertEqual(self.markings(green), [TLP["TLP:GREEN"]])
        self.assertEqual(self.markings(unmarked), [])
        self.assertEqual(self.score(green), 100)
        related = {thing["source_ref"] for thing in self.sent(work) if thing.get("relationship_type") == "resolves-to"}
        self.assertEqual(related, {green, unmarked})
        self.assertIn("2 domains", self.messages(work)[0])

    def test_one_that_does_not_exist_is_created_with_ours(self):
        self.enrich_address()
        created = made_id("domain-name", value="c2.example.org")
        self.assertEqual(self.markings(created), [TLP["TLP:AMBER"]])
        self.assertEqual(self.score(created), 100)

    def test_one_without_anything_new_is_not_sent(self):
        there = self.stack.add(domain("c2.example.org", x_opencti_score=100))
        self.assertNotIn(there, [thing["id"] for thing in self.sent(self.enrich_address())])

    def test_an_autonomous_system_keeps_its_name(self):
        system = self.stack.add({"type": "autonomous-system", "spec_version": "2.1", "number": 64500, "name": "Theirs",
                                 "id": made_id("autonomous-system", number=64500)})
        work = self.enrich_address()
        self.assertEqual(self.object(system)["name"], "Theirs")
        self.assertIn("2 autonomous systems", self.messages(work)[0])

    def assert_country_is_found(self, name):
        country = self.stack.add({
            "type": "location", "spec_version": "2.1", "x_opencti_location_type": "Country", "name": name,
            "id": made_id("location", name=name.lower(), x_opencti_location_type="Country")})
        sent = self.sent(self.enrich_address())
        self.assertEqual([thing["target_ref"] for thing in sent if thing.get("relationship_type") == "located-at"], [country])
        self.assertNotIn("location", {thing["type"] for thing in sent})

    def test_a_country_that_has_its_official_name_alone_is_found(self):
        self.assert_country_is_found("Kingdom of the Netherlands")

    def test_a_country_that_has_its_name_in_isos_own_form_alone_is_found(self):
        self.assert_country_is_found("Netherlands (Kingdom of the)")

    def test_one_request_checks_all_objects_of_an_answer(self):
        before = self.stack.opencti.get("/control/state")["requests"].get("stixCoreObjects", 0)
        self.enrich_address()
        self.assertEqual(self.stack.opencti.get("/control/state")["requests"]["stixCoreObjects"], before + 1)

    def test_objects_that_may_not_be_requested_are_left_out(self):
        """If an object was sent without a check, it could become hidden from users who see it, or visible to users who may not see it."""
        green = self.stack.add(domain("c2.example.org", object_marking_refs=[TLP["TLP:GREEN"]]))
        with self.fault(self.stack.opencti, operation="stixCoreObjects", kind="graphql_error", code="FORBIDDEN_ACCESS",
                        message="You are not allowed to do this."):
            work = self.enrich_address()
        self.assertEqual(self.errors(work), [])
        self.assertIn(f"Omitted: 3 countries and sectors and 8 related objects, {LEFT_OUT}", self.messages(work)[0])
        self.assertEqual(self.markings(green), [TLP["TLP:GREEN"]])
        self.assertEqual({thing["type"] for thing in self.sent(work)}, {"ipv4-addr", "identity", "note"})
        self.assertEqual([thing["id"] for thing in self.sent(work) if thing["type"] == "identity"], [AUTHOR])


class KeptScores(PresentTest):
    settings = {**SETTINGS, "KASPERSKY_SCORE_POLICY": "keep"}

    def test_the_score_policy_goes_for_related_objects_too(self):
        there = self.stack.add(domain("c2.example.org", x_opencti_score=10))
        self.enrich_address()
        self.assertEqual(self.score(there), 10)
        self.assertEqual(self.score(made_id("domain-name", value="www.example.com")), 20)


if __name__ == "__main__":
    unittest.main()
