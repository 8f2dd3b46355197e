#include "source/fit_to_platform.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "enrichment/author.hpp"
#include "enrichment/convert.hpp"
#include "stix/ids.hpp"
#include "text/json.hpp"

namespace source {
namespace {

using kaspersky::Zone;
using nlohmann::json;
using testing::Contains;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

const std::string green(stix::marking_id(stix::Tlp::green));
const std::string file_md5 = "00112233445566778899aabbccddeeff";
const std::string file = stix::file_id({{"MD5", file_md5}});
const std::string domain = stix::value_id("domain-name", "example.com");
const std::string system_id = stix::autonomous_system_id(64500);
const std::string country = stix::location_id("Netherlands", "Country");
const std::string sector = stix::identity_id("class", "Energy");
const std::string indicator =
    stix::deterministic_id("indicator", {{"pattern", "[ipv4-addr:value = '198.51.100.1']"}});

class FitToPlatform : public testing::Test {
 protected:
  void SetUp() override {
    options.scores = {{Zone::red, 100}, {Zone::orange, 80}};
    options.indicators_for = {Zone::red};
    const auto answer = text::parse_json(R"({"Zone": "Red", "IpGeneralInfo": {"Ip": "198.51.100.1",
            "CountryCode": "NL", "HitsCount": 3}, "Industries": ["Energy"],
            "IpWhoIs": {"Asn": [{"Number": 64500, "Description": ["Ours"]}]},
            "IpDnsResolutions": [{"Domain": "example.com", "Zone": "Orange"}],
            "FilesDownloadedFromIp": [{"Md5": "00112233445566778899AABBCCDDEEFF", "Zone": "Red"}]})")
                            .and_then(kaspersky::read_answer)
                            .value();
    converted =
        enrichment::convert(answer, observable, {kaspersky::ObjectKind::ip, observable.value},
                            options, {{}, "2026-11-24T00:00:00.000Z"})
            .value();
  }
  /// What is sent if the platform has only these objects.
  Enrichment beside(const std::map<std::string, stix::PresentObject>& there) {
    Present present;
    for (const auto& id : ids_to_query(converted)) present[id] = nullptr;
    for (const auto& [id, object] : there) {
      present[id] = std::make_shared<const stix::PresentObject>(object);
    }
    auto out = converted;
    left_out = fit_to_platform(out, present, score_policy);
    return out;
  }
  static json object(const Enrichment& enrichment, const std::string& id) {
    for (const auto& object : enrichment.objects) {
      if (object["id"] == id) return object;
    }
    return nullptr;
  }
  /// The ids of all objects that a relationship starts from or points at.
  static std::vector<std::string> ends_of(const Enrichment& enrichment) {
    std::vector<std::string> ends;
    for (const auto& object : enrichment.objects) {
      if (object["type"] != "relationship") continue;
      ends.push_back(object["source_ref"]);
      ends.push_back(object["target_ref"]);
    }
    return ends;
  }

  stix::Observable observable{.id = "ipv4-addr--1", .type = "ipv4-addr", .value = "198.51.100.1"};
  enrichment::Options options;
  ScorePolicy score_policy = ScorePolicy::replace;
  Enrichment converted;
  LeftOut left_out;
};

TEST_F(FitToPlatform, ObjectsThatMayExistAreNamedByAllTheirIdsAndNotesAndTheAuthorAreNot) {
  const auto ids = ids_to_query(converted);
  for (const auto& id : {file, domain, system_id, country, sector, indicator,
                         stix::location_id("NL", "Country"), stix::location_id("nld", "Country"),
                         stix::location_id("Kingdom of the Netherlands", "Country")}) {
    EXPECT_THAT(ids, Contains(id).Times(1));
  }
  for (const auto& id : ids) {
    EXPECT_NE(id, enrichment::author_id());
    EXPECT_FALSE(id.starts_with("note--") || id.starts_with("relationship--")) << id;
  }
  EXPECT_THAT(ids_to_query({}), IsEmpty());
}

TEST_F(FitToPlatform, ObjectsThatThePlatformLacksAreSentAsConverted) {
  const auto out = beside({});
  EXPECT_EQ(out.objects, converted.objects);
  EXPECT_THAT(out.already_present, IsEmpty());
  EXPECT_EQ(object(out, domain)["x_opencti_score"], 80);
  EXPECT_EQ(object(out, domain)["object_marking_refs"], json{stix::marking_id(stix::Tlp::amber)});
}

TEST_F(FitToPlatform, AnObservableThatExistsKeepsItsMarkingsAndItsAuthor) {
  const auto out = beside({{domain, {.standard_id = domain, .marking_refs = {green}, .score = 10}},
                           {file, {.standard_id = file}}});
  EXPECT_EQ(object(out, domain)["object_marking_refs"], json{green});
  EXPECT_EQ(object(out, domain)["x_opencti_score"], 80);
  EXPECT_FALSE(object(out, domain).contains("x_opencti_created_by_ref"));
  EXPECT_FALSE(object(out, file).contains("object_marking_refs"));
  EXPECT_EQ(object(out, file)["x_opencti_score"], 100) << "the file had no score";
}

TEST_F(FitToPlatform, OneWithoutAnythingNewIsOnlyPointedAt) {
  const auto out = beside({{domain, {.standard_id = domain, .score = 80}}});
  EXPECT_EQ(object(out, domain), nullptr);
  EXPECT_THAT(ends_of(out), Contains(domain));
  EXPECT_EQ(out.already_present, (std::map<std::string, std::size_t>{{"domain-name", 1}}));
}

TEST_F(FitToPlatform, ScoresFollowThePolicy) {
  const auto score = [&](ScorePolicy policy, std::optional<int> present) -> json {
    score_policy = policy;
    const auto sent = object(beside({{domain, {.standard_id = domain, .score = present}}}), domain);
    return sent.is_null() ? json() : sent["x_opencti_score"];
  };
  EXPECT_EQ(score(ScorePolicy::replace, 90), 80);
  EXPECT_EQ(score(ScorePolicy::raise_only, 90), nullptr);
  EXPECT_EQ(score(ScorePolicy::raise_only, 20), 80);
  EXPECT_EQ(score(ScorePolicy::keep, 20), nullptr);
  EXPECT_EQ(score(ScorePolicy::keep, std::nullopt), 80);
}

TEST_F(FitToPlatform, OfNamesThoseThatAFileLacksAreSent) {
  for (auto& object : converted.objects) {
    if (object["id"] == file) object["x_opencti_additional_names"] = {"a.exe", "b.exe"};
  }
  stix::PresentObject there{.standard_id = file, .names = {"a.exe"}, .score = 100};
  EXPECT_EQ(object(beside({{file, there}}), file)["x_opencti_additional_names"], json{"b.exe"});
  EXPECT_FALSE(object(beside({{file, there}}), file).contains("x_opencti_score"));
  there.names.emplace_back("b.exe");
  EXPECT_EQ(object(beside({{file, there}}), file), nullptr);
}

TEST_F(FitToPlatform, ACountryOrSectorThatExistsIsPointedAtUnderThePlatformsId) {
  const auto code = stix::location_id("NL", "Country");
  const auto out = beside(
      {{code, {.standard_id = "location--there"}}, {sector, {.standard_id = "identity--there"}}});
  EXPECT_EQ(object(out, country), nullptr);
  EXPECT_EQ(object(out, sector), nullptr);
  EXPECT_THAT(ends_of(out), Contains("location--there"));
  EXPECT_THAT(ends_of(out), Contains("identity--there"));
  EXPECT_THAT(ends_of(out), Not(Contains(country)));
  const auto id = stix::relationship_id("located-at", "ipv4-addr--1", "location--there");
  EXPECT_EQ(object(out, id)["target_ref"], "location--there");
}

TEST_F(FitToPlatform, TwoNamesOfOneSectorHaveOneRelationship) {
  converted.objects.push_back(object(converted, sector));
  converted.objects.back()["id"] = "identity--other";
  auto related = converted.objects.front();
  for (const auto& object : converted.objects) {
    if (object.value("target_ref", "") == sector) related = object;
  }
  related["id"] = "relationship--other";
  related["target_ref"] = "identity--other";
  converted.objects.push_back(related);
  const stix::PresentObject there{.standard_id = "identity--there"};
  const auto ends = ends_of(beside({{sector, there}, {"identity--other", there}}));
  EXPECT_EQ(std::count(ends.begin(), ends.end(), "identity--there"), 1);
}

TEST_F(FitToPlatform, AnAutonomousSystemIsNotRenamed) {
  EXPECT_EQ(
      object(beside({{system_id, {.standard_id = system_id, .names = {"Theirs"}}}}), system_id),
      nullptr);
  const auto nameless = object(beside({{system_id, {.standard_id = system_id}}}), system_id);
  EXPECT_EQ(nameless["name"], "Ours");
  EXPECT_FALSE(nameless.contains("object_marking_refs"));
}

TEST_F(FitToPlatform, AnIndicatorOfOthersIsOnlyPointedAtAndOursKeepsItsMarkings) {
  stix::PresentObject there{.standard_id = indicator, .marking_refs = {green}};
  EXPECT_EQ(object(beside({{indicator, there}}), indicator), nullptr);
  EXPECT_THAT(ends_of(beside({{indicator, there}})), Contains(indicator));
  there.author_ref = enrichment::author_id();
  const auto ours = object(beside({{indicator, there}}), indicator);
  EXPECT_EQ(ours["object_marking_refs"], json{green});
  EXPECT_TRUE(ours.contains("description"));
}

TEST_F(FitToPlatform, ObjectsThatCouldNotBeRequestedAreLeftOutWithTheirRelationships) {
  auto out = converted;
  const auto left = fit_to_platform(out, {}, ScorePolicy::replace);
  EXPECT_EQ(left.shared, 2U);
  EXPECT_EQ(left.related, 4U);
  std::vector<std::string> types;
  for (const auto& object : out.objects) types.push_back(object["type"]);
  EXPECT_THAT(types, UnorderedElementsAre("identity", "note"))
      << "the notes list the objects that were left out";
}

}  // namespace
}  // namespace source
