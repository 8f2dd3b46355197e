"""Objects that must not be sent to Kaspersky are not sent, and the work says why."""

import unittest

from support import FOUND_MALICIOUS, PAP, TLP, OneConnectorTest


class LookupPolicy(OneConnectorTest):
    def assert_not_asked(self, entity, text):
        asked = len(self.lookups())
        work = self.enrich(entity)
        self.assert_result(work, text)
        self.assert_nothing_sent(work)
        self.assertEqual(len(self.lookups()), asked)

    def test_markings_up_to_the_limit_are_asked_about(self):
        for tlp in (None, "TLP:CLEAR", "TLP:GREEN", "TLP:AMBER"):
            with self.subTest(tlp):
                self.assert_result(self.enrich(self.new_file(tlp=tlp)), FOUND_MALICIOUS)

    def test_stricter_markings_are_not_asked_about(self):
        for tlp in ("TLP:AMBER+STRICT", "TLP:RED"):
            with self.subTest(tlp):
                self.assert_not_asked(self.new_file(tlp=tlp),
                                      f"Not sent to Kaspersky: the object is marked {tlp}, and the limit is TLP:AMBER.")

    def test_of_several_markings_the_strictest_counts(self):
        for markings in (("TLP:GREEN", "TLP:RED"), ("TLP:RED", "TLP:GREEN")):
            with self.subTest(markings):
                file = self.new_file(object_marking_refs=[TLP[tlp] for tlp in markings])
                self.assert_not_asked(file, "Not sent to Kaspersky: the object is marked TLP:RED, and the limit is TLP:AMBER.")

    def test_a_marking_that_is_not_a_tlp_does_not_prevent_the_lookup(self):
        file = self.new_file(object_marking_refs=["marking-definition--00000000-0000-4000-8000-00000000c0de"])
        self.assert_result(self.enrich(file), FOUND_MALICIOUS)

    def test_a_marking_that_came_after_the_question_counts(self):
        """The marking is not in the message: the connector reads it from the platform."""
        self.stack.opencti.post("/control/faults", operation="stixCoreObject", kind="hold", before=True, times=1)
        file = self.new_file()
        asked = len(self.lookups())
        work = self.stack.enrich(file)
        self.wait_until_held(self.stack.opencti)
        self.stack.opencti.post("/control/entities", object={**self.object(file), "object_marking_refs": [TLP["TLP:RED"]]})
        self.stack.opencti.post("/control/release")
        self.assert_result(self.stack.wait_for_work(work),
                           "Not sent to Kaspersky: the object is marked TLP:RED, and the limit is TLP:AMBER.")
        self.assertEqual(len(self.lookups()), asked)

    def test_objects_kept_from_third_parties_are_not_looked_up(self):
        for pap in (None, "PAP:CLEAR", "PAP:GREEN", "PAP:AMBER"):
            with self.subTest(pap):
                markings = [TLP["TLP:GREEN"], *([PAP[pap]] if pap else [])]
                self.assert_result(self.enrich(self.new_file(object_marking_refs=markings)), FOUND_MALICIOUS)
        for markings in ((PAP["PAP:RED"],), (TLP["TLP:CLEAR"], PAP["PAP:RED"])):
            with self.subTest(markings):
                self.assert_not_asked(self.new_file(object_marking_refs=list(markings)),
                                      "Not sent to Kaspersky: the object is marked PAP:RED, and the limit is PAP:AMBER.")

    def test_derived_objects_inherit_the_pap(self):
        work = self.enrich(self.new_file(object_marking_refs=[TLP["TLP:GREEN"], PAP["PAP:AMBER"]]))
        [bundle] = self.stack.bundles(work["id"])
        [note] = [thing for thing in bundle["objects"] if thing["type"] == "note"]
        self.assertEqual(note["object_marking_refs"], [TLP["TLP:AMBER"], PAP["PAP:AMBER"]])

    def test_types_outside_the_scope_are_not_asked_about(self):
        address = self.stack.opencti.post("/control/entities", object={
            "type": "ipv6-addr", "id": "ipv6-addr--00000000-0000-4000-8000-000000000001", "value": "2001:db8::1"})["id"]
        self.assert_not_asked(address, "Not enriched: IPv6-Addr is not in this connector's scope.")

    def restart(self, **settings):
        self.stack.connector.stop()
        self.stack.start_connector(**{**self.settings, **settings})

    def test_a_higher_limit_lets_more_through(self):
        self.restart(CONNECTOR_MAX_TLP="red")
        self.assert_result(self.enrich(self.new_file(tlp="TLP:RED")), FOUND_MALICIOUS)
        self.restart(KASPERSKY_MAX_PAP="red")
        self.assert_result(self.enrich(self.new_file(object_marking_refs=[PAP["PAP:RED"]])), FOUND_MALICIOUS)
        self.restart()

    def test_a_lower_limit_lets_less_through(self):
        self.restart(CONNECTOR_MAX_TLP="Green")
        self.assert_not_asked(self.new_file(tlp="TLP:AMBER"),
                              "Not sent to Kaspersky: the object is marked TLP:AMBER, and the limit is TLP:GREEN.")
        self.restart()

    def test_of_the_limit_and_its_older_name_the_stricter_counts(self):
        self.restart(CONNECTOR_MAX_TLP="RED", KASPERSKY_MAX_TLP="TLP:GREEN", CONNECTOR_LOG_LEVEL="warning")
        self.assert_not_asked(self.new_file(tlp="TLP:AMBER"),
                              "Not sent to Kaspersky: the object is marked TLP:AMBER, and the limit is TLP:GREEN.")
        self.assertTrue(self.lines("KASPERSKY_MAX_TLP is called CONNECTOR_MAX_TLP now, and both are set: the stricter applies, TLP:GREEN"))
        self.restart()


if __name__ == "__main__":
    unittest.main()
