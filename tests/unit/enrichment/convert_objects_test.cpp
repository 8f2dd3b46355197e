// Tests which other objects an enrichment has, and how they are connected.
#include <gmock/gmock.h>

#include <set>

#include "enrichment/author.hpp"
#include "enrichment/convert.hpp"
#include "stix/ids.hpp"
#include "support/hashes.hpp"
#include "text/json.hpp"

namespace enrichment {
namespace {

using kaspersky::ObjectKind;
using kaspersky::Zone;
using nlohmann::json;
using support::md5;
using support::sha256;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const std::string address = "198.51.100.1";

kaspersky::Answer read(const char* text) {
  return text::parse_json(text).and_then(kaspersky::read_answer).value();
}

/// An answer with an example of everything that an answer about an address can have.
kaspersky::Answer full_answer() {
  return read(R"({"Zone": "Red", "IpGeneralInfo": {"Ip": "198.51.100.1", "CountryCode": "NL",
      "ThreatScore": 90, "HasApt": true, "Categories": ["CATEGORY_MALWARE"],
      "RelatedAptReports": [{"Id": "a b", "Title": "T"}]},
      "IpWhoIs": {"Asn": [{"Number": 64500, "Description": ["A"]}], "Net": {"Name": "N"}},
      "IpDnsResolutions": [{"Domain": "example.com", "Zone": "Red", "HitsCount": 3}],
      "FilesDownloadedFromIp": [{"Md5": "00112233445566778899AABBCCDDEEFF", "Url": "example.com/a"}],
      "HostedUrls": [{"Url": "example.com/b"}], "Industries": ["Energy"],
      "DetectionsInfo": [{"DetectionName": "Trojan", "Zone": "Red"}]})");
}

class ConvertObjects : public testing::Test {
 protected:
  void SetUp() override {
    options.scores = {{Zone::red, 100}};
    options.indicators_for = {Zone::red};
  }
  Enrichment converted(const kaspersky::Answer& answer) {
    auto out = convert(answer, observable, question, options, context);
    EXPECT_TRUE(out) << out.error();
    return out.value_or(Enrichment{});
  }
  /// The relationship of this type; null when there is none.
  static json relationship(const Enrichment& enrichment, std::string_view type) {
    for (const auto& object : enrichment.objects) {
      if (object.value("relationship_type", "") == type) return object;
    }
    return nullptr;
  }
  static std::set<std::string> ids_of(const Enrichment& enrichment) {
    std::set<std::string> ids;
    for (const auto& object : enrichment.objects) ids.insert(object["id"].get<std::string>());
    return ids;
  }
  /// All references of this object.
  static std::vector<std::string> refs_of(const json& object) {
    std::vector<std::string> refs;
    for (const auto& [key, value] : object.items()) {
      if (key.ends_with("_ref")) refs.push_back(value);
      if (key.ends_with("_refs")) refs.insert(refs.end(), value.begin(), value.end());
    }
    return refs;
  }
  std::string marking_of_what_is_derived() {
    return relationship(converted(full_answer()), "resolves-to")["object_marking_refs"][0];
  }

  stix::Observable observable{.id = "ipv4-addr--1", .type = "ipv4-addr", .value = address};
  Question question{ObjectKind::ip, address};
  Options options;
  Context context{{}, "2026-11-24T00:00:00.000Z"};
};

TEST_F(ConvertObjects, EachIdComesOnceAndTheAuthorFirst) {
  const auto out = converted(full_answer());
  EXPECT_EQ(ids_of(out).size(), out.objects.size());
  EXPECT_EQ(out.objects[0]["id"], author_id());
  EXPECT_THAT(out.warnings, IsEmpty());
}

TEST_F(ConvertObjects, EveryReferencePointsAtSomethingThatIsThere) {
  const auto out = converted(full_answer());
  auto known = ids_of(out);
  known.insert({observable.id, std::string(stix::marking_id(stix::Tlp::amber))});
  for (const auto& object : out.objects) {
    for (const auto& ref : refs_of(object)) EXPECT_TRUE(known.contains(ref)) << object.dump();
  }
}

TEST_F(ConvertObjects, TheSameInputGivesTheSameBytes) {
  const auto bytes = [&] { return json(converted(full_answer()).objects).dump(); };
  EXPECT_EQ(bytes(), bytes());
}

TEST_F(ConvertObjects, DerivedObjectsAreAmberAtLeast) {
  const auto amber = stix::marking_id(stix::Tlp::amber);
  EXPECT_EQ(marking_of_what_is_derived(), amber);
  for (const auto tlp : {stix::Tlp::clear, stix::Tlp::green, stix::Tlp::amber}) {
    context.markings.tlp = tlp;
    EXPECT_EQ(marking_of_what_is_derived(), amber);
  }
  for (const auto tlp : {stix::Tlp::amber_strict, stix::Tlp::red}) {
    context.markings.tlp = tlp;
    EXPECT_EQ(marking_of_what_is_derived(), stix::marking_id(tlp));
  }
}

TEST_F(ConvertObjects, DerivedObjectsHaveThePapOfTheObservable) {
  options.note_not_found = true;
  context.markings = {stix::Tlp::green, stix::Pap::amber};
  const json expected{stix::marking_id(stix::Tlp::amber), stix::marking_id(stix::Pap::amber)};
  std::set<std::string> types;
  for (const auto& object : converted(full_answer()).objects) {
    if (!object.contains("object_marking_refs")) continue;
    EXPECT_EQ(object["object_marking_refs"], expected) << object.dump();
    types.insert(object["type"].get<std::string>());
  }
  EXPECT_THAT(types, testing::IsSupersetOf({"note", "relationship", "indicator", "url", "file"}));
  const auto unknown = not_found_enrichment(observable, question, context);
  EXPECT_EQ(unknown.objects[1]["object_marking_refs"], expected);
}

TEST_F(ConvertObjects, SharedObjectsAreNotMarked) {
  for (const auto& object : converted(full_answer()).objects) {
    const auto type = object["type"].get<std::string>();
    const bool shared = type == "location" || type == "identity" || type == "autonomous-system";
    EXPECT_EQ(object.contains("object_marking_refs"), !shared) << object.dump();
  }
}

TEST_F(ConvertObjects, AllIsOursWhereverTheAuthorIsWritten) {
  for (const auto& object : converted(full_answer()).objects) {
    if (object["id"] == author_id()) continue;
    const auto* const key =
        object.contains("created") ? "created_by_ref" : "x_opencti_created_by_ref";
    EXPECT_EQ(object.value(key, ""), author_id()) << object.dump();
  }
}

TEST_F(ConvertObjects, TheAuthorComesAlongAlsoWhereTheObservableHasAnother) {
  observable.created_by_ref = "identity--somebody";
  const auto out = converted(full_answer());
  EXPECT_EQ(out.update.created_by_ref, std::nullopt);
  EXPECT_THAT(ids_of(out), Contains(author_id()));
}

TEST_F(ConvertObjects, AttacksGiveALabelAndAReferenceForEachReport) {
  const auto out = converted(full_answer());
  EXPECT_THAT(out.update.labels, ElementsAre("kaspersky:red", "malware", "apt"));
  ASSERT_THAT(out.update.external_references, SizeIs(2));
  EXPECT_EQ(out.update.external_references[1]["url"],
            "https://tip.kaspersky.com/reporting?id=a%20b");
}

TEST_F(ConvertObjects, ReportsAreFiftyAtMost) {
  auto answer = full_answer();
  answer.general.reports.assign(60, {"id", ""});
  answer.general.reports.push_back({std::string(201, 'x'), ""});
  const auto out = converted(answer);
  EXPECT_THAT(out.update.external_references, SizeIs(51));
  EXPECT_THAT(out.warnings, ElementsAre(HasSubstr("11 omitted")));
}

TEST_F(ConvertObjects, ACountryIsSentWithAllThatItMayBeKnownBy) {
  const auto out = converted(full_answer());
  const auto located = relationship(out, "located-at");
  EXPECT_EQ(located["source_ref"], observable.id);
  EXPECT_THAT(ids_of(out), Contains(located["target_ref"].get<std::string>()));
  EXPECT_THAT(out.alternative_ids.at(located["target_ref"]),
              Contains(stix::location_id("Kingdom of the Netherlands", "Country")));
}

TEST_F(ConvertObjects, AnIndicatorIsBasedOnTheObservable) {
  const auto based = relationship(converted(full_answer()), "based-on");
  EXPECT_EQ(based["target_ref"], observable.id);
  EXPECT_THAT(based["source_ref"].get<std::string>(), HasSubstr("indicator--"));
  options.indicators_for = {Zone::orange};
  EXPECT_EQ(relationship(converted(full_answer()), "based-on"), nullptr);
}

TEST_F(ConvertObjects, AnIndicatorOfAFileTestsTheHashesOfBoth) {
  observable = {
      .id = "file--1",
      .type = "file",
      .hashes = {{"SHA-256", sha256}, {"MD5", std::string(32, 'A')}, {"SSDEEP", "3:aB:cD"}}};
  question = {ObjectKind::hash, sha256};
  auto answer = read(R"({"Zone": "Red"})");
  answer.file = kaspersky::FileGeneralInfo{
      .md5 = md5, .sha1 = std::string(40, 'b'), .sha256 = sha256, .size = {}};
  json indicator;
  for (const auto& object : converted(answer).objects) {
    if (object["type"] == "indicator") indicator = object;
  }
  EXPECT_EQ(indicator["pattern"], "[file:hashes.'MD5' = '" + md5 + "' OR file:hashes.'SHA-1' = '" +
                                      std::string(40, 'b') + "' OR file:hashes.'SHA-256' = '" +
                                      sha256 + "' OR file:hashes.'SSDEEP' = '3:aB:cD']");
}

TEST_F(ConvertObjects, AnAnswerAboutAnotherAddressIsRejected) {
  auto answer = full_answer();
  answer.ip->ip = "198.51.100.2";
  const auto out = convert(answer, observable, question, options, context);
  ASSERT_FALSE(out);
  EXPECT_THAT(out.error(), HasSubstr("another address"));
}

TEST_F(ConvertObjects, AnotherSpellingOfTheAddressIsTheSame) {
  question.value = "2001:db8::1";
  auto answer = full_answer();
  answer.ip->ip = "2001:0DB8:0::1";
  EXPECT_TRUE(convert(answer, observable, question, options, context));
}

TEST_F(ConvertObjects, NotFoundIsANoteAndNothingElse) {
  const auto out = not_found_enrichment(observable, question, context);
  ASSERT_THAT(out.objects, SizeIs(2));
  EXPECT_EQ(out.objects[0]["id"], author_id());
  EXPECT_EQ(out.objects[1]["type"], "note");
  EXPECT_EQ(out.objects[1]["object_marking_refs"][0], stix::marking_id(stix::Tlp::amber));
  EXPECT_EQ(out.update.created_by_ref, std::nullopt);
  EXPECT_THAT(out.update.external_references, IsEmpty());
}

TEST_F(ConvertObjects, ANoteOfNotFoundIsReplacedByAResultForAnotherHash) {
  options.note_not_found = true;
  observable = {.id = "file--1", .type = "file", .hashes = {{"MD5", md5}}};
  question = {ObjectKind::hash, md5};
  const auto before = not_found_enrichment(observable, question, context).objects.back();
  auto answer = read(R"({"Zone": "Red", "FileGeneralInfo": {"Packer": "UPX"}})");
  answer.file = kaspersky::FileGeneralInfo{.md5 = md5, .sha1 = {}, .sha256 = sha256, .size = {}};
  std::vector<std::string> texts;
  for (const auto& object : converted(answer).objects) {
    if (object["id"] == before["id"]) texts.push_back(object["content"]);
  }
  EXPECT_THAT(texts, ElementsAre(HasSubstr("knows this object now")));
  question.value = sha256;
  EXPECT_THAT(ids_of(converted(answer)), testing::Not(Contains(before["id"].get<std::string>())));
}

}  // namespace
}  // namespace enrichment
