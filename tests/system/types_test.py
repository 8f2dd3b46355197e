"""Enriches every type of observable, with every section, and checks what the platform has afterwards."""

import datetime
import unittest
import urllib.parse

from support import PAP, ROOT, TLP, OneConnectorTest, sample_observable

EVERY_SECTION = {
    "KASPERSKY_FILE_SECTIONS": "DetectionsInfo,FileNames,FilePaths,FileCertificates,FileParentCertificates,Industries,"
                               "FileDownloadedFromUrls,FileAccessedUrls,FileStartedObjects,FileStartedBy,FileDownloadedObjects,"
                               "FileDownloadedBy,RelatedObjects",
    "KASPERSKY_IPV4_SECTIONS": "IpWhoIs,IpDnsResolutions,FilesDownloadedFromIp,HostedUrls,Industries,RelatedObjects",
    "KASPERSKY_DOMAIN_SECTIONS": "DomainWhoIsInfo,DomainDnsResolutions,FilesDownloaded,FilesAccessed,Subdomains,UrlReferrals,"
                                 "UrlReferredTo,FeedMasks,Industries,RelatedObjects",
    "KASPERSKY_URL_SECTIONS": "UrlDomainWhoIs,DomainDnsResolutions,FilesDownloaded,FilesAccessed,UrlReferrals,UrlReferredTo,"
                              "FeedMasks,Industries,RelatedObjects",
}
NETHERLANDS = {"type": "location", "spec_version": "2.1", "id": "location--5bb85183-8229-549f-a7ed-2630c10c453d",
               "name": "Netherlands", "x_opencti_location_type": "Country", "x_opencti_aliases": ["NL", "NLD"]}


class EveryType(OneConnectorTest):
    settings = {**EVERY_SECTION, "KASPERSKY_LOOKUP_RESERVED": "true", "CONNECTOR_MAX_TLP": "TLP:RED",
                "CONNECTOR_SCOPE": "StixFile,Artifact,IPv4-Addr,IPv6-Addr,Domain-Name,Hostname,Url"}

    def enrich_sample(self, kind, case):
        """Enriches the observable of a sample twice. → the works, the observable's id"""
        entity = self.stack.add(sample_observable(kind, case))
        return [self.enrich(entity), self.enrich(entity)], entity

    def test_the_platform_rejects_nothing_of_any_sample(self):
        for folder in sorted((ROOT / "samples").glob("*/*/answer.json")):
            kind, case = folder.parent.parent.name, folder.parent.name
            with self.subTest(f"{kind}/{case}"):
                works, _ = self.enrich_sample(kind, case)
                for work in works:
                    self.assertEqual(self.errors(work), [])
                    self.assertEqual(work["status"], "complete")

    def test_a_second_enrichment_adds_no_object(self):
        for kind in ("file", "ip", "domain", "url"):
            with self.subTest(kind):
                entity = self.stack.add(sample_observable(kind, "full"))
                self.enrich(entity)
                before = self.stack.opencti.get("/control/state")["entities"]
                self.enrich(entity)
                self.assertEqual(self.stack.opencti.get("/control/state")["entities"], before)

    def test_a_second_enrichment_of_any_sample_raises_no_event(self):
        for folder in sorted((ROOT / "samples").glob("*/*/answer.json")):
            kind, case = folder.parent.parent.name, folder.parent.name
            with self.subTest(f"{kind}/{case}"):
                entity = self.stack.add(sample_observable(kind, case))
                self.enrich(entity)
                last = self.stack.opencti.get("/control/state")["events"]
                self.enrich(entity)
                events = self.stack.opencti.get(f"/control/events?since={last}")
                self.assertEqual([(event["type"], event["entity_id"], event["patch"]) for event in events], [])

    def test_notes_are_sent_in_their_stored_form(self):
        """The platform trims texts after the comparison, so a text that is not trimmed would cause an event each time."""
        works, _ = self.enrich_sample("ip", "full")
        notes = [thing for work in works for bundle in self.stack.bundles(work["id"]) for thing in bundle["objects"]
                 if thing["type"] == "note"]
        self.assertTrue(notes)
        for note in notes:
            self.assertEqual(self.object(note["id"])["content"], note["content"])

    def test_a_country_that_is_there_keeps_its_name(self):
        country = self.stack.add({**NETHERLANDS, "name": "The Netherlands",
                                  "id": "location--00000000-0000-4000-8000-000000000001"})
        works, entity = self.enrich_sample("ip", "full")
        self.assertEqual(self.object(country)["name"], "The Netherlands")
        [bundle, _] = [bundle for work in works for bundle in self.stack.bundles(work["id"])]
        self.assertNotIn("location", {thing["type"] for thing in bundle["objects"]})
        located = [thing for thing in bundle["objects"] if thing.get("relationship_type") == "located-at"]
        self.assertEqual(len(located), 1)

    def test_a_url_goes_into_one_segment_of_the_path(self):
        value = "http://user:secret@a.example:8080/x/../y?q=1&r=%20#part two"
        entity = self.stack.add({"type": "url", "spec_version": "2.1", "value": value,
                                 "id": "url--00000000-0000-4000-8000-000000000001"})
        self.enrich(entity)
        path = self.lookups()[-1].partition("?")[0]
        self.assertEqual(path, "/api/url/" + urllib.parse.quote(value.replace("user:secret@", ""), safe="-._~"))

    def test_a_hostname_keeps_new_values_at_its_root(self):
        _, entity = self.enrich_sample("domain", "hostname-full")
        self.assertEqual(self.object(entity)["score"], 100)
        self.assertIn("kaspersky:red", self.object(entity)["labels"])

    def test_files_that_accessed_a_host_name_are_related_to_it(self):
        """The platform does not allow communicates-with between these types; the direction of the relationship stays the same."""
        [work, _], entity = self.enrich_sample("domain", "hostname-full")
        [bundle] = self.stack.bundles(work["id"])
        pairs = {(thing["source_ref"].partition("--")[0], thing["target_ref"]) for thing in bundle["objects"]
                 if thing.get("relationship_type") == "related-to" and "file--" in thing["source_ref"] + thing["target_ref"]}
        self.assertIn(("file", self.object(entity)["id"]), pairs)

    def test_an_artifact_gets_no_size(self):
        [work, _], entity = self.enrich_sample("file", "artifact")
        [bundle] = self.stack.bundles(work["id"])
        [artifact] = [thing for thing in bundle["objects"] if thing["type"] == "artifact"]
        self.assertNotIn("size", artifact)
        self.assertNotIn("size", self.messages(work)[0])

    def test_a_domain_with_a_symbol_is_asked_about(self):
        entity = self.stack.add({"type": "domain-name", "spec_version": "2.1", "value": "\u2764.example",
                                 "id": "domain-name--00000000-0000-4000-8000-000000000003"})
        self.enrich(entity)
        self.assertEqual(self.lookups()[-1].partition("?")[0], "/api/domain/xn--qei.example")

    def test_a_malformed_hash_is_not_sent_back(self):
        known = self.new_hashes()
        entity = self.stack.add_file({"SHA-256": known["SHA-256"], "SSDEEP": "3:a:b", "SHA-1": "none"})
        [bundle] = self.stack.bundles(self.enrich(entity)["id"])
        [file] = [thing for thing in bundle["objects"] if thing["id"] == entity]
        # The well-formed hashes are sent back, with those of Kaspersky. Kaspersky's hash that contradicts the
        # platform's is left out.
        self.assertEqual(file["hashes"], {"MD5": known["MD5"], "SHA-256": known["SHA-256"], "SSDEEP": "3:a:b"})

    def test_a_playbook_gets_the_new_objects_too(self):
        thing = sample_observable("ip", "full")
        answer = self.ask_playbook(entity_id=self.stack.add(thing), objects=[thing])
        types = {thing["type"] for thing in answer["bundle"]["objects"]}
        self.assertTrue({"ipv4-addr", "domain-name", "file", "url", "relationship", "note"} <= types, types)


class Markings(OneConnectorTest):
    """The platform has none of the related objects yet."""

    settings = {**EVERY_SECTION, "KASPERSKY_LOOKUP_RESERVED": "true"}

    def test_everything_that_is_new_inherits_the_pap(self):
        both = [TLP["TLP:AMBER"], PAP["PAP:AMBER"]]
        address = {**sample_observable("ip", "full"), "object_marking_refs": [TLP["TLP:GREEN"], PAP["PAP:AMBER"]]}
        [bundle] = self.stack.bundles(self.enrich(self.stack.add(address))["id"])
        # The enriched object keeps its own markings; shared objects have none.
        marked = [thing for thing in bundle["objects"]
                  if thing["id"] != address["id"] and thing["type"] not in ("identity", "location", "autonomous-system")]
        self.assertEqual({thing["type"] for thing in marked}, {"relationship", "note", "domain-name", "file", "url"})
        for thing in marked:
            with self.subTest(thing["id"]):
                self.assertEqual(thing.get("object_marking_refs"), both)


class Policies(OneConnectorTest):
    settings = {"KASPERSKY_SCORE_POLICY": "raise_only", "KASPERSKY_LABEL_PREFIX": "ksp:", "KASPERSKY_ZONE_LABEL": "false",
                "KASPERSKY_CREATE_INDICATORS_FOR": "red", "KASPERSKY_NOTE_NOT_FOUND": "true",
                "CONNECTOR_SCOPE": "StixFile,IPv4-Addr,Url"}

    def test_labels_and_indicators_follow_the_settings(self):
        file = self.new_file()
        work = self.enrich(file)
        self.assertTrue({"ksp:malware", "ksp:botnet cnc"} <= self.known(file)["labels"])
        [bundle] = self.stack.bundles(work["id"])
        [indicator] = [thing for thing in bundle["objects"] if thing["type"] == "indicator"]
        for algorithm in ("MD5", "SHA-1", "SHA-256"):
            self.assertIn(f"file:hashes.'{algorithm}' = '", indicator["pattern"])

    def test_an_indicator_is_valid_from_today_whenever_the_file_was_seen(self):
        """The platform calculates the end of an indicator from its start: an indicator that starts in the past may be revoked on arrival."""
        day = datetime.datetime.now(datetime.timezone.utc).date()
        work = self.enrich(self.new_file())
        [bundle] = self.stack.bundles(work["id"])
        [indicator] = [thing for thing in bundle["objects"] if thing["type"] == "indicator"]
        # Midnight may have passed during the test.
        self.assertIn(indicator["valid_from"], [f"{day + datetime.timedelta(days=days)}T00:00:00.000Z" for days in (0, 1)])
        self.assertRegex(indicator["description"], r"^Kaspersky zone red, first seen on \d{4}-\d\d-\d\d, last seen on ")
        # The platform's decay rules keep the indicator valid, with its score.
        self.stack.opencti.post("/control/decay")
        stored = self.object(indicator["id"])
        self.assertIs(stored["revoked"], False)
        self.assertEqual((stored["score"], stored["valid_from"]), (100, indicator["valid_from"]))
        self.assertGreater(stored["valid_until"][:10], f"{day + datetime.timedelta(days=7)}")

    def test_an_unknown_object_gets_a_note(self):
        work = self.enrich(self.unknown_file())
        self.assert_result(work, "Kaspersky knows nothing about this object. A note on it says so.")
        [bundle] = self.stack.bundles(work["id"])
        self.assertEqual(sorted(thing["type"] for thing in bundle["objects"]), ["file", "identity", "note"])

    def test_special_addresses_are_not_asked_about(self):
        for kind, value, why in (
                ("ipv4-addr", "10.1.2.3", "10.1.2.3 is a special address (private)"),
                ("url", "http://127.0.0.1/x", "its host 127.0.0.1 is a special address (loopback)"),
                ("ipv4-addr", "198.51.100.0/24", "it is a range of addresses")):
            with self.subTest(value):
                asked = len(self.lookups())
                entity = self.stack.add({"type": kind, "spec_version": "2.1", "value": value,
                                         "id": f"{kind}--{len(value):08}-0000-4000-8000-000000000002"})
                self.assert_result(self.enrich(entity), f"Not looked up at Kaspersky: {why}.")
                self.assertEqual(len(self.lookups()), asked)


if __name__ == "__main__":
    unittest.main()
