#include "runtime/enricher.hpp"

#include <fmt/format.h>
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
  EnrichmentResult find(const opencti::Message& message) {
    auto result = enricher.find(message, log, {[this] { return still_ours; }}, deadline);
    EXPECT_TRUE(result);
    return result ? std::move(*result) : EnrichmentResult{};
  }
  static opencti::Message manual() {
    opencti::Message message;
    message.mode = opencti::Mode::manual;
    message.work_id = opencti::WorkId("work_1");
    message.entity_id = opencti::EntityId("file--1");
    message.entity_type = "StixFile";
    return message;
  }
  static std::string organisation(int number) {
    return fmt::format("identity--00000000-0000-4000-8000-{:012}", number);
  }
  static opencti::Marking marked(stix::Tlp tlp) {
    return {std::string(stix::marking_id(tlp)), "TLP", std::string(stix::name_of(tlp))};
  }

  bool still_ours = true;
  fakes::Journal journal;
  fakes::FakePlatform platform{journal};
  fakes::FakeLookup lookup{journal};
  tip::TipSource tip_source{{}, lookup};
  Enricher enricher{{.scope = {"StixFile"}}, platform, tip_source};
  telemetry::Log log{
      {.level = telemetry::Level::error, .name = "n", .json = true, .write = [](std::string_view) {
       }}};
  net::Deadline deadline = net::Deadline::after(std::chrono::seconds(10));
};

TEST_F(EnricherTest, AnObjectInScopeIsReadAskedAboutAndConverted) {
  const auto result = find(manual());
  EXPECT_THAT(journal.entries(), ElementsAre("read file--1", "ask 1"));
  EXPECT_EQ(result.outcome, source::Outcome::found);
  EXPECT_FALSE(source::failed(result.outcome));
  ASSERT_TRUE(result.enrichment);
  EXPECT_EQ(result.observable.id, "file--1");
}

TEST_F(EnricherTest, OutOfScopeNothingIsReadOrAsked) {
  auto message = manual();
  message.entity_type = "Url";
  const auto result = find(message);
  EXPECT_THAT(journal.entries(), IsEmpty());
  EXPECT_EQ(result.outcome, source::Outcome::out_of_scope);
  EXPECT_FALSE(source::failed(result.outcome));
  EXPECT_THAT(result.text, HasSubstr("Url"));
}

TEST_F(EnricherTest, TheTypeInThePlatformCountsToo) {
  platform.entity_type = "Url";
  auto message = manual();
  message.entity_type.clear();
  EXPECT_EQ(find(message).outcome, source::Outcome::out_of_scope);
  EXPECT_THAT(journal.entries("ask"), IsEmpty());
}

TEST_F(EnricherTest, OverTheTlpNothingLeaves) {
  platform.markings = {marked(stix::Tlp::red), marked(stix::Tlp::green)};
  const auto result = find(manual());
  EXPECT_EQ(result.outcome, source::Outcome::over_tlp);
  EXPECT_THAT(journal.entries("ask"), IsEmpty());
}

TEST_F(EnricherTest, AtTheTlpLimitItIsAsked) {
  platform.markings = {marked(stix::Tlp::amber)};
  EXPECT_EQ(find(manual()).outcome, source::Outcome::found);
}

TEST_F(EnricherTest, AMarkingThatOnlyTheMessageHasCountsToo) {
  auto message = manual();
  message.stix_entity = fakes::file_object(1);
  message.stix_entity["object_marking_refs"] = {stix::marking_id(stix::Tlp::red)};
  EXPECT_EQ(find(message).outcome, source::Outcome::over_tlp);
}

TEST_F(EnricherTest, AnObjectThatMayNotBeSeenIsAFailureWithAReadableText) {
  platform.read_error = opencti::Error{opencti::ErrorKind::no_entity, "gone"};
  const auto result = find(manual());
  EXPECT_TRUE(source::failed(result.outcome));
  EXPECT_THAT(result.text, HasSubstr("gone"));
}

TEST_F(EnricherTest, AMessageThatIsNotOursAnyMoreCostsNoLookup) {
  still_ours = false;
  EXPECT_FALSE(enricher.find(manual(), log, {[this] { return still_ours; }}, deadline));
  EXPECT_THAT(journal.entries("ask"), IsEmpty());
}

TEST_F(EnricherTest, AMessageWithADefectIsAFailureWithoutAnyCall) {
  auto message = manual();
  message.defect = "the field event.entity_id is missing";
  const auto result = find(message);
  EXPECT_TRUE(source::failed(result.outcome));
  EXPECT_THAT(result.text, HasSubstr("event.entity_id"));
  EXPECT_THAT(journal.entries(), IsEmpty());
}

TEST_F(EnricherTest, NothingIsAskedForADraftThatCannotBeSentTo) {
  auto message = manual();
  message.draft_id = opencti::DraftId("draft-7");
  EXPECT_EQ(find(message).outcome, source::Outcome::found);

  const Enricher without_drafts({.scope = {"StixFile"}, .drafts = false}, platform, tip_source);
  const auto find_there = [&] {
    return without_drafts.find(message, log, {[] { return true; }}, deadline);
  };
  const auto asked = journal.entries().size();
  const auto result = find_there();
  ASSERT_TRUE(result);
  EXPECT_TRUE(source::failed(result->outcome));
  EXPECT_THAT(result->text, HasSubstr("draft"));
  EXPECT_EQ(journal.entries().size(), asked);
  message.draft_id = {};
  EXPECT_EQ(find_there()->outcome, source::Outcome::found);
}

TEST_F(EnricherTest, OrganisationsAreTakenFromMessageAndPlatform) {
  auto message = manual();
  message.stix_entity = fakes::file_object(1);
  message.stix_entity["x_opencti_granted_refs"] = {organisation(2), organisation(1)};
  platform.organisations = {organisation(1), organisation(3)};
  EXPECT_THAT(find(message).granted_refs,
              ElementsAre(organisation(1), organisation(2), organisation(3)));
}

TEST_F(EnricherTest, OfMoreThanAHundredOrganisationsTheFirstHundredSeeTheResult) {
  auto message = manual();
  message.stix_entity = fakes::file_object(1);
  auto& granted = message.stix_entity["x_opencti_granted_refs"];
  for (int i = 150; i > 0; --i) granted.push_back(organisation(i));
  const auto result = find(message);
  ASSERT_EQ(result.granted_refs.size(), 100U);
  EXPECT_EQ(result.granted_refs.front(), organisation(1));
  EXPECT_EQ(result.granted_refs.back(), organisation(100));
  EXPECT_THAT(result.text, HasSubstr("Shared with 100 of the object's 150 organisations."));
}

TEST_F(EnricherTest, ABundleThatWouldBeTooLargeWithTheOrganisationsIsNotLookedUp) {
  auto object = fakes::file_object(1);
  for (int i = 10; i < 60; ++i) object["x_opencti_granted_refs"].push_back(organisation(i));
  std::string bundle = "{\"objects\":[" + object.dump();
  for (int i = 0; i < 5'000; ++i) bundle += ",{}";
  bundle += "]}";
  auto message = manual();
  message.mode = opencti::Mode::playbook;
  message.playbook.emplace();
  message.stix_entity = object;
  message.bundle = bundle;
  const auto result = find(message);
  EXPECT_EQ(result.outcome, source::Outcome::too_large);
  EXPECT_THAT(result.text, HasSubstr("with the organisations"));
  EXPECT_FALSE(result.enrichment);
  EXPECT_THAT(journal.entries("ask"), IsEmpty());
}

TEST_F(EnricherTest, RequestsCausedByOurOwnResultsAreNotLookedUp) {
  enricher.use("our-own");
  platform.asker = "our-own";
  auto message = manual();
  message.mode = opencti::Mode::automatic;
  const auto result = find(message);
  EXPECT_EQ(result.outcome, source::Outcome::own_result);
  EXPECT_FALSE(source::failed(result.outcome));
  EXPECT_THAT(journal.entries("ask"), IsEmpty());
}

TEST_F(EnricherTest, RequestsOfOthersAndManualOnesAreLookedUp) {
  enricher.use("our-own");
  auto message = manual();
  message.mode = opencti::Mode::automatic;
  EXPECT_EQ(find(message).outcome, source::Outcome::found);
  platform.asker = "our-own";
  EXPECT_EQ(find(manual()).outcome, source::Outcome::found);
}

TEST_F(EnricherTest, WithoutAKnownCauseAnObjectThatOnlyWeHaveWrittenIsOurs) {
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
  const auto result = enricher.find(manual(), log, {[] { return true; }}, deadline);
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().denied());
}

TEST_F(EnricherTest, OurOwnResultsAreLookedUpIfSet) {
  Enricher all{{.scope = {"StixFile"}, .enrich_own_results = true}, platform, tip_source};
  all.use("our-own");
  platform.asker = "our-own";
  auto message = manual();
  message.mode = opencti::Mode::automatic;
  const auto result = all.find(message, log, {[] { return true; }}, deadline);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->outcome, source::Outcome::found);
}

TEST_F(EnricherTest, AnOutageIsNotSettledNorIsABusyPlatform) {
  for (const auto kind : {opencti::ErrorKind::unreachable, opencti::ErrorKind::busy}) {
    platform.read_error = opencti::Error{kind, "down"};
    EXPECT_FALSE(enricher.find(manual(), log, {[] { return true; }}, deadline));
  }
}

TEST_F(EnricherTest, AnObjectAtWhichThePlatformFailsIsAFailure) {
  platform.read_error = opencti::Error{opencti::ErrorKind::internal, "cannot read properties"};
  EXPECT_TRUE(source::failed(find(manual()).outcome));
}

TEST_F(EnricherTest, NotFoundAndMalformedHaveNoEnrichment) {
  lookup.outcomes[fakes::sha256_of(1)] = kaspersky::NotFound{};
  const auto not_found = find(manual());
  EXPECT_EQ(not_found.outcome, source::Outcome::not_found);
  EXPECT_FALSE(source::failed(not_found.outcome));
  EXPECT_FALSE(not_found.enrichment);

  lookup.outcomes[fakes::sha256_of(1)] = kaspersky::Malformed{"cut"};
  const auto malformed = find(manual());
  EXPECT_TRUE(source::failed(malformed.outcome));
  EXPECT_FALSE(malformed.enrichment);
}

TEST_F(EnricherTest, AnEmptyAnswerCountsAsNotFound) {
  lookup.outcomes[fakes::sha256_of(1)] = kaspersky::Found{};
  const auto result = find(manual());
  EXPECT_EQ(result.outcome, source::Outcome::not_found);
  EXPECT_FALSE(source::failed(result.outcome));
  EXPECT_FALSE(result.enrichment);
}

TEST_F(EnricherTest, NotFoundCanBeANote) {
  tip::TipSource with_notes{{.enrichment = {.scores = {}, .note_not_found = true}}, lookup};
  const Enricher noting{{.scope = {"StixFile"}}, platform, with_notes};
  for (const kaspersky::Outcome& outcome :
       {kaspersky::Outcome(kaspersky::NotFound{}), kaspersky::Outcome(kaspersky::Found{})}) {
    lookup.outcomes[fakes::sha256_of(1)] = outcome;
    const auto result = noting.find(manual(), log, {[] { return true; }}, deadline);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->outcome, source::Outcome::not_found);
    ASSERT_TRUE(result->enrichment);
    EXPECT_EQ(result->enrichment->objects.back()["type"], "note");
    EXPECT_EQ(result->enrichment->objects.back()["object_refs"], json::array({"file--1"}));
  }
}

TEST_F(EnricherTest, SectorsThatThePlatformHasAreNotSent) {
  kaspersky::Answer answer;
  answer.zone = kaspersky::Zone::red;
  answer.industries = {"Energy"};
  lookup.outcomes[fakes::sha256_of(1)] = kaspersky::Found{answer};
  const auto id = stix::identity_id("class", "Energy");
  platform.present = {{.standard_id = "identity--there", .other_ids = {id}}};
  const auto result = find(manual());
  EXPECT_THAT(journal.entries("find"), ElementsAre("find 1"));
  ASSERT_TRUE(result.enrichment);
  const auto& objects = result.enrichment->objects;
  EXPECT_EQ(objects.back()["target_ref"], "identity--there");
  EXPECT_TRUE(std::none_of(objects.begin(), objects.end(),
                           [&](const auto& object) { return object["id"] == id; }));
}

TEST_F(EnricherTest, RelatedObjectsThatThePlatformHasAreNotMarkedAgain) {
  const std::string md5(32, 'a');
  const auto id = stix::file_id({{"MD5", md5}});
  kaspersky::Answer answer;
  answer.zone = kaspersky::Zone::red;
  answer.related = {{kaspersky::related_fields()[2], {{.value = md5}}}};
  lookup.outcomes[fakes::sha256_of(1)] = kaspersky::Found{answer};
  platform.present = {{.standard_id = id}};
  const auto result = find(manual());
  ASSERT_TRUE(result.enrichment);
  for (const auto& object : result.enrichment->objects) EXPECT_NE(object["id"], id);
  EXPECT_EQ(result.enrichment->objects.back()["target_ref"], id);
  EXPECT_THAT(result.text, HasSubstr("1 related file"));
}

TEST_F(EnricherTest, WithoutRelatedObjectsNothingMoreIsAsked) {
  kaspersky::Answer answer;
  answer.zone = kaspersky::Zone::red;
  lookup.outcomes[fakes::sha256_of(1)] = kaspersky::Found{answer};
  EXPECT_TRUE(find(manual()).enrichment);
  EXPECT_THAT(journal.entries("find"), IsEmpty());
}

TEST_F(EnricherTest, TheTextSaysThatSectorsWereLeftOut) {
  kaspersky::Answer answer;
  answer.zone = kaspersky::Zone::red;
  answer.industries = {"Energy", "Finance"};
  lookup.outcomes[fakes::sha256_of(1)] = kaspersky::Found{answer};
  platform.present_error = opencti::Error{opencti::ErrorKind::unreachable, "down"};
  const auto result = find(manual());
  EXPECT_FALSE(source::failed(result.outcome));
  EXPECT_THAT(result.text, HasSubstr("Omitted: 2 countries and sectors"));
}

TEST_F(EnricherTest, AnAnswerAboutAnotherFileIsMalformed) {
  kaspersky::Answer answer;
  answer.file =
      kaspersky::FileGeneralInfo{.md5 = {}, .sha1 = {}, .sha256 = std::string(64, 'f'), .size = {}};
  lookup.outcomes[fakes::sha256_of(1)] = kaspersky::Found{answer};
  const auto result = find(manual());
  EXPECT_EQ(result.outcome, source::Outcome::malformed);
  EXPECT_TRUE(source::failed(result.outcome));
}

TEST_F(EnricherTest, AFileWithoutAHashIsSkippedBeforeACall) {
  auto message = manual();
  message.playbook.emplace();
  message.stix_entity = {{"id", "file--1"}, {"type", "file"}, {"name", "a.exe"}};
  EXPECT_EQ(find(message).outcome, source::Outcome::skipped);
  EXPECT_THAT(journal.entries("ask"), IsEmpty());
}

TEST_F(EnricherTest, ManualRequestsCanHaveAFreshAnswerWhichOthersNeedNot) {
  const Enricher asking_anew{
      {.scope = {"StixFile"}, .fresh_for_manual = true}, platform, tip_source};
  auto automatic = manual();
  automatic.mode = opencti::Mode::automatic;
  for (const auto& message : {manual(), automatic}) {
    EXPECT_TRUE(asking_anew.find(message, log, {[] { return true; }}, deadline));
  }
  EXPECT_THAT(journal.entries("ask"), ElementsAre("ask 1 anew", "ask 1"));
}

TEST_F(EnricherTest, InAPlaybookTheBundlesFormCounts) {
  auto message = manual();
  message.playbook.emplace();
  message.stix_entity = fakes::file_object(7);
  message.stix_entity["id"] = "file--1";
  const auto result = find(message);
  EXPECT_THAT(journal.entries("ask"), ElementsAre("ask 7"));
  EXPECT_EQ(result.observable.hashes.at("SHA-256"), fakes::sha256_of(7));
}

}  // namespace
}  // namespace runtime
