#include "stix/ids.hpp"

#include <gmock/gmock.h>

#include <future>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "stix/canonical_json.hpp"
#include "stix/tlp.hpp"

namespace stix {
namespace {

using nlohmann::json;

struct Golden {
  /// The id from the function for this type; nothing if only deterministic_id() can calculate it.
  std::optional<std::string> by_type;
  /// The text whose hash is the id.
  std::string hashed;
  std::string id;
};

// Ids that OpenCTI's Python client generated.
std::vector<Golden> goldens() {
  return {
      {identity_id("organization", "Kaspersky Enrichment"),
       R"({"identity_class":"organization","name":"kaspersky enrichment"})",
       "identity--204d1078-cb63-5ef2-b6ae-aef1df5bb8a9"},
      {identity_id("organization", "ESET"), R"({"identity_class":"organization","name":"eset"})",
       "identity--eb481938-f652-5a05-b1a5-9323d3d958bb"},
      {identity_id("organization", " Censys Enrichment Connector "),
       R"({"identity_class":"organization","name":"censys enrichment connector"})",
       "identity--6f9f67f6-7eb2-5397-a02f-d8130aadb954"},
      {identity_id("class", "Finance"), R"({"identity_class":"class","name":"finance"})",
       "identity--283d4ea0-b6f1-5421-bdab-117a33fdb2b7"},
      {identity_id("class", "Energy & Utilities"),
       R"({"identity_class":"class","name":"energy & utilities"})",
       "identity--60e0237c-40e1-5951-a177-f774a5141b28"},
      {identity_id("class", "Industrie Électrique"),
       R"({"identity_class":"class","name":"industrie électrique"})",
       "identity--bc0a0d0f-1372-572c-9ad4-3d9c99676d51"},
      {location_id("RU", "Country"), R"({"name":"ru","x_opencti_location_type":"Country"})",
       "location--1fb3e57c-c0bd-531e-beb5-9a50db937249"},
      {location_id("Australia", "Country"),
       R"({"name":"australia","x_opencti_location_type":"Country"})",
       "location--6004efb1-d850-551c-af0d-4717244377a8"},
      {location_id("Côte d'Ivoire", "Country"),
       R"({"name":"côte d'ivoire","x_opencti_location_type":"Country"})",
       "location--bcee91ac-d673-5d9e-a8da-161adbaf368a"},
      {note_id("My note content!"), R"({"content":"My note content!"})",
       "note--2b4ab5af-2307-58e1-8862-a6a269aae798"},
      {note_id("My note content!", "2022-11-25T19:00:05.000Z"),
       R"({"content":"My note content!","created":"2022-11-25T19:00:05.000Z"})",
       "note--10861e5c-049e-54f6-9736-81c106e39a0b"},
      {note_id("HTTP/1.1 301 Moved Permanently", "2025-11-03T12:35:48+00:00",
               "Service banner on port 443"),
       R"({"attribute_abstract":"Service banner on port 443","content":"HTTP/1.1 301 Moved Permanently","created":"2025-11-03T12:35:48+00:00"})",
       "note--57d22a6d-39ea-591e-b86e-a40d31540c14"},
      {note_id("| Detection Date | Detection Name | Detection Method |",
               "2024-05-01T10:20:30.123456+00:00", "Kaspersky Detections Info"),
       R"({"attribute_abstract":"Kaspersky Detections Info","content":"| Detection Date | Detection Name | Detection Method |","created":"2024-05-01T10:20:30.123456+00:00"})",
       "note--e14b5f76-4047-523d-9fa2-5dbfa21c7444"},
      {relationship_id("located-at", "ipv4-addr--cbd67181-b9f8-595b-8bc3-3971e34fa1cc",
                       "location--6004efb1-d850-551c-af0d-4717244377a8"),
       R"({"relationship_type":"located-at","source_ref":"ipv4-addr--cbd67181-b9f8-595b-8bc3-3971e34fa1cc","target_ref":"location--6004efb1-d850-551c-af0d-4717244377a8"})",
       "relationship--7b68d57e-cb08-5d7f-8aa9-83410e31a97f"},
      {std::nullopt,
       R"({"relationship_type":"related-to","source_ref":"ipv4-addr--cbd67181-b9f8-595b-8bc3-3971e34fa1cc","start_time":"2024-01-02T10:20:00+00:00","stop_time":"2024-01-03T10:20:00+00:00","target_ref":"file--702e320e-43b6-552a-b7e7-d045bf9c887d"})",
       "relationship--f198ab7d-8889-578b-b7f7-9d60cffad426"},
      {std::nullopt,
       R"({"relationship_type":"related-to","source_ref":"ipv4-addr--cbd67181-b9f8-595b-8bc3-3971e34fa1cc","start_time":"2024-01-02T10:20:00+00:00","target_ref":"file--702e320e-43b6-552a-b7e7-d045bf9c887d"})",
       "relationship--f491357e-f309-5476-a15a-5e6723d48730"},
      {file_id({{"MD5", "757a71f0fbd6b3d993be2a213338d1f2"}}),
       R"({"hashes":{"MD5":"757a71f0fbd6b3d993be2a213338d1f2"}})",
       "file--702e320e-43b6-552a-b7e7-d045bf9c887d"},
      {file_id({{"MD5", "757a71f0fbd6b3d993be2a213338d1f2"},
                {"SHA-1", "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
                {"SHA-256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}),
       R"({"hashes":{"MD5":"757a71f0fbd6b3d993be2a213338d1f2"}})",
       "file--702e320e-43b6-552a-b7e7-d045bf9c887d"},
      {file_id({{"SHA-256", "19640e31073a3b929e0ea434652f3d6d560a06bf653f60530141bf4660227e02"}},
               "evil.exe"),
       R"({"hashes":{"SHA-256":"19640e31073a3b929e0ea434652f3d6d560a06bf653f60530141bf4660227e02"},"name":"evil.exe"})",
       "file--8956c257-2322-5744-9061-37a8dd6442de"},
      {file_id({}, "evil.exe"), R"({"name":"evil.exe"})",
       "file--3974613c-1980-5209-8f08-17920a04da04"},
      {value_id("url", "http://requestrepo.com/r/2yxp98b3"),
       R"({"value":"http://requestrepo.com/r/2yxp98b3"})",
       "url--86f2f944-3102-50f0-ae6a-19f6e47918cc"},
      {value_id("url", "https://example.com/a?b=c&d=é"),
       R"({"value":"https://example.com/a?b=c&d=é"})", "url--29c16667-3b0b-59b8-b5e4-d7e876f4418c"},
      {value_id("url", "http://EXAMPLE.com/"), R"({"value":"http://EXAMPLE.com/"})",
       "url--82fcf57c-b982-5a16-9876-66c0543de9f3"},
      {value_id("domain-name", "domain.com"), R"({"value":"domain.com"})",
       "domain-name--c9d852bc-ec1b-57c8-b013-32f0f402f7a8"},
      {value_id("domain-name", "example.com"), R"({"value":"example.com"})",
       "domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7"},
      {value_id("domain-name", "Example.COM"), R"({"value":"Example.COM"})",
       "domain-name--780351e5-83ad-5bbe-8883-0e6174c2df50"},
      {value_id("ipv4-addr", "1.1.1.1"), R"({"value":"1.1.1.1"})",
       "ipv4-addr--cbd67181-b9f8-595b-8bc3-3971e34fa1cc"},
      {value_id("ipv4-addr", "91.200.148.232"), R"({"value":"91.200.148.232"})",
       "ipv4-addr--15279b8d-5119-5ab1-946b-307335739d8b"},
      {value_id("ipv4-addr", "10.0.0.0/8"), R"({"value":"10.0.0.0/8"})",
       "ipv4-addr--86428b07-0841-50f5-884f-260544a6ebee"},
      {value_id("ipv6-addr", "2001:db8::1"), R"({"value":"2001:db8::1"})",
       "ipv6-addr--6469e3a9-b053-5e34-a025-9396ae051d26"},
      {value_id("ipv6-addr", "2001:0db8:0000:0000:0000:0000:0000:0001"),
       R"({"value":"2001:0db8:0000:0000:0000:0000:0000:0001"})",
       "ipv6-addr--6607d35d-eadd-5c67-b67a-c8bdcdf90d45"},
      {value_id("ipv6-addr", "::1"), R"({"value":"::1"})",
       "ipv6-addr--578293e7-d0f0-5b38-b90a-d8836472e5f1"},
      {autonomous_system_id(13335), R"({"number":13335})",
       "autonomous-system--0204c07d-e4dd-5f14-a3d5-c93cb1c5a9fc"},
      {autonomous_system_id(15169), R"({"number":15169})",
       "autonomous-system--7afc7bdf-d070-5add-90ff-f93503b1654d"},
      {autonomous_system_id(4200000000), R"({"number":4200000000})",
       "autonomous-system--0441cc9c-6dda-5b51-b195-a5b35e95a208"},
      {value_id("hostname", "guestcontroller.sa.gov.au"),
       R"({"value":"guestcontroller.sa.gov.au"})",
       "hostname--2aa1a527-f7f9-59c6-aa42-716270bccb27"},
      {value_id("hostname", "matrix.cyops.cloud"), R"({"value":"matrix.cyops.cloud"})",
       "hostname--21f6b21c-7cae-55af-b29b-54628a2c56f4"},
      {value_id("hostname", "h.example"), R"({"value":"h.example"})",
       "hostname--82930761-7558-51fb-8e7a-0d9df3b9d9db"},
      {marking_definition_id("statement", "Copyright ACME 2024"),
       R"({"definition":"Copyright ACME 2024","definition_type":"statement"})",
       "marking-definition--4940831f-7e02-5043-aa46-5679055d3d40"},
      {marking_definition_id("PAP", "PAP:RED"),
       R"({"definition":"PAP:RED","definition_type":"PAP"})",
       "marking-definition--4e4e3b84-de45-53df-9d9b-b21207699fd8"},
      {marking_definition_id("statement", "CC BY 4.0"),
       R"({"definition":"CC BY 4.0","definition_type":"statement"})",
       "marking-definition--d34d3255-f3fc-57fb-ab3a-da5c514a5414"},
      {external_reference_id("https://cert.gov.ua/article/6279600"),
       R"({"url":"https://cert.gov.ua/article/6279600"})",
       "external-reference--46263753-2d5e-59f7-ae0d-09cd69f84f98"},
      {external_reference_id("cve", "CVE-2012-0158"),
       R"({"external_id":"CVE-2012-0158","source_name":"cve"})",
       "external-reference--17c67347-99df-548d-8389-1238c9e04a6c"},
      {external_reference_id("https://opentip.kaspersky.com/1.1.1.1"),
       R"({"url":"https://opentip.kaspersky.com/1.1.1.1"})",
       "external-reference--a344253a-e0fb-590c-bcab-618370c2ef70"},
      {label_id("filigran"), R"({"value":"filigran"})",
       "label--a70c2bda-5811-5dee-bd73-c19aa48f15df"},
      {label_id("small"), R"({"value":"small"})", "label--0008ca88-56ff-5e8e-a0a8-1734b84cdd01"},
      {std::nullopt, R"({"value":"Mixed Case"})", "label--172e2f57-1e3e-5e85-ad6c-0ffaa448cc8f"},
      {label_id("Mixed Case"), R"({"value":"mixed case"})",
       "label--328902e1-0e31-54ec-a0b4-0e7f22c0fcf0"},
      {kill_chain_phase_id("lockheed", "delivery"),
       R"({"kill_chain_name":"lockheed","phase_name":"delivery"})",
       "kill-chain-phase--5c4297e7-3d4d-5173-ac76-e4d66121483a"},
  };
}

TEST(Ids, AreThoseOfThePythonClient) {
  for (const auto& golden : goldens()) {
    const auto type = golden.id.substr(0, golden.id.find("--"));
    const auto contributing = json::parse(golden.hashed);
    EXPECT_EQ(canonical_json(contributing), golden.hashed);
    EXPECT_EQ(deterministic_id(type, contributing), golden.id) << golden.hashed;
    if (golden.by_type) {
      EXPECT_EQ(*golden.by_type, golden.id) << golden.hashed;
    }
  }
}

TEST(Ids, OfTlpMarkingsAreFixed) {
  EXPECT_EQ(marking_definition_id("TLP", "TLP:AMBER+STRICT"), marking_id(Tlp::amber_strict));
  EXPECT_EQ(marking_definition_id("TLP", "tlp:white"), marking_id(Tlp::clear));
  EXPECT_NE(marking_definition_id("statement", "TLP:RED"), marking_id(Tlp::red));
}

TEST(Ids, OfRelationshipsDependOnTheDirection) {
  EXPECT_NE(relationship_id("related-to", "url--1", "file--1"),
            relationship_id("related-to", "file--1", "url--1"));
}

TEST(Ids, OfFilesTakeOneHashInAFixedOrder) {
  const Hashes all{{"MD5", "m"}, {"SHA-1", "s1"}, {"SHA-256", "s256"}, {"SHA-512", "s512"}};
  EXPECT_EQ(file_id(all), file_id({{"MD5", "m"}}));
  EXPECT_EQ(file_id({{"SHA-1", "s1"}, {"SHA-256", "s256"}}), file_id({{"SHA-1", "s1"}}));
  EXPECT_EQ(file_id({{"SHA-256", "s256"}, {"SHA-512", "s512"}}), file_id({{"SHA-256", "s256"}}));
  EXPECT_EQ(file_id({{"SHA-512", "s512"}, {"AAA", "a"}}), file_id({{"SHA-512", "s512"}}));
  EXPECT_EQ(file_id({{"SSDEEP", "b"}, {"AAA", "a"}}), file_id({{"AAA", "a"}}));
}

TEST(Ids, OfAFileWithoutHashAndNameDoNotExist) {
  EXPECT_THROW(static_cast<void>(file_id({})), std::invalid_argument);
}

TEST(Ids, OfNotesIgnoreOuterBlanksButNotLetterCase) {
  EXPECT_EQ(note_id("\n My note content!\t"), note_id("My note content!"));
  EXPECT_NE(note_id("my note content!"), note_id("My note content!"));
}

TEST(RandomId, IsAVersionFourUuidAfterTheType) {
  EXPECT_THAT(random_id("bundle"),
              testing::MatchesRegex("bundle--[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-"
                                    "[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
}

TEST(RandomId, IsNeverGivenTwiceToThreads) {
  const auto hundred = [] {
    std::set<std::string> ids;
    for (int i = 0; i < 100; ++i) ids.insert(random_id("bundle"));
    return ids;
  };
  auto others = std::async(std::launch::async, hundred);
  auto all = hundred();
  all.merge(others.get());
  EXPECT_EQ(all.size(), 200U);
}

}  // namespace
}  // namespace stix
