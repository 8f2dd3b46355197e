#include "runtime/enricher.hpp"

#include <gmock/gmock.h>

#include "stix/ids.hpp"
#include "tip/tip_source.hpp"
#include "unit/runtime/fakes.hpp"

namespace runtime {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class EnricherTest : public ::testing::Test {
 protected:
  Finding find(const opencti::Message& message) {
    auto finding = enricher.find(
        message, log, [this] { return still_ours; }, deadline);
    EXPECT_TRUE(finding);
    return finding ? std::move(*finding) : Finding{};
  }
  static opencti::Message manual() {
    opencti::Message message;
    message.mode = opencti::Mode::manual;
    message.work_id = opencti::WorkId("work_1");
    message.entity_id = opencti::EntityId("file--1");
    message.entity_type = "StixFile";
    return message;
  }
  static opencti::Marking marked(stix::Tlp tlp) {
    return {std::string(stix::marking_id(tlp)), "TLP", std::string(stix::name_of(tlp))};
  }

  bool still_ours = true;
  testing::Journal journal;
  testing::FakePlatform platform{journal};
  testing::FakeLookup lookup{journal};
  tip::TipSource tip_source{{}, lookup};
  Enricher enricher{{.scope = {"StixFile"}}, platform, tip_source};
  telemetry::Log log{
      {.level = telemetry::Level::error, .name = "n", .json = true, .write = [](std::string_view) {
       }}};
  net::Deadline deadline = net::Deadline::after(std::chrono::seconds(10));
};

TEST_F(EnricherTest, AnObjectInScopeIsReadAskedAboutAndConverted) {
  const auto finding = find(manual());
  EXPECT_THAT(journal.entries(), ElementsAre("read file--1", "ask 1"));
  EXPECT_EQ(finding.outcome, source::Outcome::found);
  EXPECT_FALSE(source::failed(finding.outcome));
  ASSERT_TRUE(finding.enrichment);
  EXPECT_EQ(finding.observable.id, "file--1");
}

TEST_F(EnricherTest, OutOfScopeNothingIsReadOrAsked) {
  auto message = manual();
  message.entity_type = "Url";
  const auto finding = find(message);
  EXPECT_THAT(journal.entries(), IsEmpty());
  EXPECT_EQ(finding.outcome, source::Outcome::out_of_scope);
  EXPECT_FALSE(source::failed(finding.outcome));
  EXPECT_THAT(finding.text, HasSubstr("Url"));
}

TEST_F(EnricherTest, WhatThePlatformSaysOfTheTypeCountsToo) {
  platform.entity_type = "Url";
  auto message = manual();
  message.entity_type.clear();
  EXPECT_EQ(find(message).outcome, source::Outcome::out_of_scope);
  EXPECT_THAT(journal.entries("ask"), IsEmpty());
}

TEST_F(EnricherTest, OverTheTlpNothingLeaves) {
  platform.markings = {marked(stix::Tlp::red), marked(stix::Tlp::green)};
  const auto finding = find(manual());
  EXPECT_EQ(finding.outcome, source::Outcome::over_tlp);
  EXPECT_THAT(journal.entries("ask"), IsEmpty());
}

TEST_F(EnricherTest, AtTheTlpLimitItIsAsked) {
  platform.markings = {marked(stix::Tlp::amber)};
  EXPECT_EQ(find(manual()).outcome, source::Outcome::found);
}

TEST_F(EnricherTest, AMarkingThatOnlyTheMessageHasCountsToo) {
  auto message = manual();
  message.stix_entity = testing::file_object(1);
  message.stix_entity["object_marking_refs"] = {stix::marking_id(stix::Tlp::red)};
  EXPECT_EQ(find(message).outcome, source::Outcome::over_tlp);
}

TEST_F(EnricherTest, AnObjectThatMayNotBeSeenIsAFailureWithATextForPeople) {
  platform.read_error = opencti::Error{opencti::ErrorKind::no_entity, "gone"};
  const auto finding = find(manual());
  EXPECT_TRUE(source::failed(finding.outcome));
  EXPECT_THAT(finding.text, HasSubstr("gone"));
}

TEST_F(EnricherTest, AMessageThatIsNotOursAnyMoreIsNotPaidFor) {
  still_ours = false;
  EXPECT_FALSE(enricher.find(
      manual(), log, [this] { return still_ours; }, deadline));
  EXPECT_THAT(journal.entries("ask"), IsEmpty());
}

TEST_F(EnricherTest, AMessageWithADefectIsAFailureWithoutAnyCall) {
  auto message = manual();
  message.defect = "the field event.entity_id is missing";
  const auto finding = find(message);
  EXPECT_TRUE(source::failed(finding.outcome));
  EXPECT_THAT(finding.text, HasSubstr("event.entity_id"));
  EXPECT_THAT(journal.entries(), IsEmpty());
}

TEST_F(EnricherTest, NothingIsAskedForADraftThatCannotBeSentTo) {
  auto message = manual();
  message.draft_id = opencti::DraftId("draft-7");
  EXPECT_EQ(find(message).outcome, source::Outcome::found);

  const Enricher without_drafts({.scope = {"StixFile"}, .drafts = false}, platform, tip_source);
  const auto find_there = [&] {
    return without_drafts.find(
        message, log, [] { return true; }, deadline);
  };
  const auto asked = journal.entries().size();
  const auto finding = find_there();
  ASSERT_TRUE(finding);
  EXPECT_TRUE(source::failed(finding->outcome));
  EXPECT_THAT(finding->text, HasSubstr("draft"));
  EXPECT_EQ(journal.entries().size(), asked);
  message.draft_id = {};
  EXPECT_EQ(find_there()->outcome, source::Outcome::found);
}

TEST_F(EnricherTest, OrganisationsAreTakenFromMessageAndPlatform) {
  auto message = manual();
  message.stix_entity = testing::file_object(1);
  message.stix_entity["x_opencti_granted_refs"] = {"identity--a"};
  EXPECT_THAT(find(message).granted_refs, ElementsAre("identity--a"));
}

TEST_F(EnricherTest, WhatOurOwnResultsCausedIsNotLookedUp) {
  enricher.use("our-own");
  platform.asker = "our-own";
  auto message = manual();
  message.mode = opencti::Mode::automatic;
  const auto finding = find(message);
  EXPECT_EQ(finding.outcome, source::Outcome::own_result);
  EXPECT_FALSE(source::failed(finding.outcome));
  EXPECT_THAT(journal.entries("ask"), IsEmpty());
}

TEST_F(EnricherTest, WhatSomebodyElseCausedOrAskedForByHandIsLookedUp) {
  enricher.use("our-own");
  auto message = manual();
  message.mode = opencti::Mode::automatic;
  EXPECT_EQ(find(message).outcome, source::Outcome::found);
  platform.asker = "our-own";
  EXPECT_EQ(find(manual()).outcome, source::Outcome::found);
}

TEST_F(EnricherTest, WhereTheCauseIsNotToldWhatOnlyWeHaveWrittenIsOurs) {
  enricher.use("our-own");
  platform.asker.clear();
  auto message = manual();
  message.mode = opencti::Mode::automatic;
  platform.creators = {"our-own"};
  EXPECT_EQ(find(message).outcome, source::Outcome::own_result);
  platform.creators = {"somebody", "our-own"};
  EXPECT_EQ(find(message).outcome, source::Outcome::found);
  platform.creators.clear();
  EXPECT_EQ(find(message).outcome, source::Outcome::found);
}

TEST_F(EnricherTest, ARightWithoutWhichNothingCanBeReadIsWaitedFor) {
  platform.read_error = {opencti::ErrorKind::forbidden, "FORBIDDEN_ACCESS"};
  const auto finding = enricher.find(
      manual(), log, [] { return true; }, deadline);
  ASSERT_FALSE(finding);
  EXPECT_TRUE(finding.error().denied());
}

TEST_F(EnricherTest, OurOwnResultsAreLookedUpIfToldSo) {
  Enricher all{{.scope = {"StixFile"}, .enrich_own_results = true}, platform, tip_source};
  all.use("our-own");
  platform.asker = "our-own";
  auto message = manual();
  message.mode = opencti::Mode::automatic;
  const auto finding = all.find(
      message, log, [] { return true; }, deadline);
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->outcome, source::Outcome::found);
}

TEST_F(EnricherTest, AnOutageIsNotSettledNorIsABusyPlatform) {
  for (const auto kind : {opencti::ErrorKind::unreachable, opencti::ErrorKind::busy}) {
    platform.read_error = opencti::Error{kind, "down"};
    EXPECT_FALSE(enricher.find(
        manual(), log, [] { return true; }, deadline));
  }
}

TEST_F(EnricherTest, AnObjectAtWhichThePlatformFailsIsAFailure) {
  platform.read_error = opencti::Error{opencti::ErrorKind::internal, "cannot read properties"};
  EXPECT_TRUE(source::failed(find(manual()).outcome));
}

TEST_F(EnricherTest, NotFoundAndMalformedHaveNoEnrichment) {
  lookup.outcomes[testing::sha256_of(1)] = kaspersky::NotFound{};
  const auto not_found = find(manual());
  EXPECT_EQ(not_found.outcome, source::Outcome::not_found);
  EXPECT_FALSE(source::failed(not_found.outcome));
  EXPECT_FALSE(not_found.enrichment);

  lookup.outcomes[testing::sha256_of(1)] = kaspersky::Malformed{"cut"};
  const auto malformed = find(manual());
  EXPECT_TRUE(source::failed(malformed.outcome));
  EXPECT_FALSE(malformed.enrichment);
}

TEST_F(EnricherTest, AnAnswerThatTellsNothingCountsAsNotFound) {
  lookup.outcomes[testing::sha256_of(1)] = kaspersky::Found{};
  const auto finding = find(manual());
  EXPECT_EQ(finding.outcome, source::Outcome::not_found);
  EXPECT_FALSE(source::failed(finding.outcome));
  EXPECT_FALSE(finding.enrichment);
}

TEST_F(EnricherTest, ThatNothingIsKnownCanBeToldInANote) {
  tip::TipSource with_notes{{.enrichment = {.scores = {}, .note_not_found = true}}, lookup};
  const Enricher noting{{.scope = {"StixFile"}}, platform, with_notes};
  for (const kaspersky::Outcome& outcome :
       {kaspersky::Outcome(kaspersky::NotFound{}), kaspersky::Outcome(kaspersky::Found{})}) {
    lookup.outcomes[testing::sha256_of(1)] = outcome;
    const auto finding = noting.find(
        manual(), log, [] { return true; }, deadline);
    ASSERT_TRUE(finding);
    EXPECT_EQ(finding->outcome, source::Outcome::not_found);
    ASSERT_TRUE(finding->enrichment);
    EXPECT_EQ(finding->enrichment->objects.back()["type"], "note");
    EXPECT_EQ(finding->enrichment->objects.back()["object_refs"], json::array({"file--1"}));
  }
}

TEST_F(EnricherTest, SectorsThatThePlatformHasAreNotSent) {
  kaspersky::Answer answer;
  answer.zone = kaspersky::Zone::red;
  answer.industries = {"Energy"};
  lookup.outcomes[testing::sha256_of(1)] = kaspersky::Found{answer};
  const auto id = stix::identity_id("class", "Energy");
  platform.present = {{.standard_id = "identity--there", .other_ids = {id}}};
  const auto finding = find(manual());
  EXPECT_THAT(journal.entries("find"), ElementsAre("find 1"));
  ASSERT_TRUE(finding.enrichment);
  const auto& objects = finding.enrichment->objects;
  EXPECT_EQ(objects.back()["target_ref"], "identity--there");
  EXPECT_TRUE(std::none_of(objects.begin(), objects.end(),
                           [&](const auto& object) { return object["id"] == id; }));
}

TEST_F(EnricherTest, RelatedObjectsThatThePlatformHasAreNotMarkedAnew) {
  const std::string md5(32, 'a');
  const auto id = stix::file_id({{"MD5", md5}});
  kaspersky::Answer answer;
  answer.zone = kaspersky::Zone::red;
  answer.related = {{kaspersky::related_fields()[2], {{.value = md5}}}};
  lookup.outcomes[testing::sha256_of(1)] = kaspersky::Found{answer};
  platform.present = {{.standard_id = id}};
  const auto finding = find(manual());
  ASSERT_TRUE(finding.enrichment);
  for (const auto& object : finding.enrichment->objects) EXPECT_NE(object["id"], id);
  EXPECT_EQ(finding.enrichment->objects.back()["target_ref"], id);
  EXPECT_THAT(finding.text, HasSubstr("1 related file"));
}

TEST_F(EnricherTest, WithoutRelatedObjectsNothingMoreIsAsked) {
  kaspersky::Answer answer;
  answer.zone = kaspersky::Zone::red;
  lookup.outcomes[testing::sha256_of(1)] = kaspersky::Found{answer};
  EXPECT_TRUE(find(manual()).enrichment);
  EXPECT_THAT(journal.entries("find"), IsEmpty());
}

TEST_F(EnricherTest, TheTextSaysThatSectorsWereLeftOut) {
  kaspersky::Answer answer;
  answer.zone = kaspersky::Zone::red;
  answer.industries = {"Energy", "Finance"};
  lookup.outcomes[testing::sha256_of(1)] = kaspersky::Found{answer};
  platform.present_error = opencti::Error{opencti::ErrorKind::unreachable, "down"};
  const auto finding = find(manual());
  EXPECT_FALSE(source::failed(finding.outcome));
  EXPECT_THAT(finding.text, HasSubstr("Omitted: 2 countries and sectors"));
}

TEST_F(EnricherTest, AnAnswerAboutAnotherFileIsMalformed) {
  kaspersky::Answer answer;
  answer.file =
      kaspersky::FileGeneralInfo{.md5 = {}, .sha1 = {}, .sha256 = std::string(64, 'f'), .size = {}};
  lookup.outcomes[testing::sha256_of(1)] = kaspersky::Found{answer};
  const auto finding = find(manual());
  EXPECT_EQ(finding.outcome, source::Outcome::malformed);
  EXPECT_TRUE(source::failed(finding.outcome));
}

TEST_F(EnricherTest, AFileWithoutAHashIsSkippedBeforeACall) {
  auto message = manual();
  message.playbook.emplace();
  message.stix_entity = {{"id", "file--1"}, {"type", "file"}, {"name", "a.exe"}};
  EXPECT_EQ(find(message).outcome, source::Outcome::skipped);
  EXPECT_THAT(journal.entries("ask"), IsEmpty());
}

TEST_F(EnricherTest, PeopleCanHaveAFreshAnswerWhichOthersNeedNot) {
  const Enricher asking_anew{
      {.scope = {"StixFile"}, .fresh_for_manual = true}, platform, tip_source};
  auto automatic = manual();
  automatic.mode = opencti::Mode::automatic;
  for (const auto& message : {manual(), automatic}) {
    EXPECT_TRUE(asking_anew.find(
        message, log, [] { return true; }, deadline));
  }
  EXPECT_THAT(journal.entries("ask"), ElementsAre("ask 1 anew", "ask 1"));
}

TEST_F(EnricherTest, InAPlaybookTheBundlesFormCounts) {
  auto message = manual();
  message.playbook.emplace();
  message.stix_entity = testing::file_object(7);
  message.stix_entity["id"] = "file--1";
  const auto finding = find(message);
  EXPECT_THAT(journal.entries("ask"), ElementsAre("ask 7"));
  EXPECT_EQ(finding.observable.hashes.at("SHA-256"), testing::sha256_of(7));
}

}  // namespace
}  // namespace runtime
