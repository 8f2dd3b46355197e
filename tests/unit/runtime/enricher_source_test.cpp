// Tests what the enricher makes of a verdict, independent of the source.
#include <gmock/gmock.h>

#include "runtime/enricher.hpp"
#include "unit/runtime/fakes.hpp"

namespace runtime {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using source::Outcome;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class EnricherWithAnySource : public ::testing::Test {
 protected:
  opencti::Result<EnrichmentResult> find(opencti::Mode mode = opencti::Mode::manual,
                                         const EnricherOptions& chosen = {.scope = {"StixFile"}}) {
    opencti::Message message;
    message.mode = mode;
    message.work_id = opencti::WorkId("work_1");
    message.entity_id = opencti::EntityId("file--1");
    message.entity_type = "StixFile";
    message.draft_id = opencti::DraftId(draft);
    return Enricher(chosen, platform, oracle)
        .find(message, log, {[] { return true; }}, net::Deadline::after(10s));
  }
  static source::Enrichment score(int value) {
    source::Enrichment enrichment;
    enrichment.update.score = value;
    return enrichment;
  }

  std::string draft;
  fakes::Journal journal;
  fakes::FakePlatform platform{journal};
  fakes::FakeSource oracle;
  std::string lines;
  telemetry::Log log{{.level = telemetry::Level::info,
                      .name = "n",
                      .json = true,
                      .write = [this](std::string_view line) { lines += line; }}};
};

TEST_F(EnricherWithAnySource, TheVerdictIsTheFindingAndItsTextNamesTheSentObjects) {
  oracle.verdict.enrichment = score(80);
  oracle.verdict.queried = {"aaa", "hash"};
  oracle.verdict.rating = "bad";
  const auto result = find();
  ASSERT_TRUE(result);
  EXPECT_EQ(result->outcome, Outcome::found);
  EXPECT_EQ(result->text, "The oracle has spoken. Sent: score 80.");
  EXPECT_EQ(result->enrichment->update.score, 80);
  EXPECT_EQ(result->queried->kind, "hash");
  EXPECT_EQ(result->rating, "bad");
  EXPECT_EQ(oracle.asked_about, "file--1");
}

TEST_F(EnricherWithAnySource, EachOutcomeIsHandedOnWithItsText) {
  for (const auto outcome : source::all_outcomes()) {
    oracle.verdict = {.outcome = outcome, .text = "So it is."};
    const auto result = find();
    ASSERT_TRUE(result) << source::name_of(outcome);
    EXPECT_EQ(result->outcome, outcome);
    EXPECT_EQ(result->text, "So it is.");
    EXPECT_FALSE(result->enrichment);
  }
}

TEST_F(EnricherWithAnySource, PassesPurposeMarkingsAndWhetherTheAnswerMustBeFresh) {
  platform.markings = {{std::string(stix::marking_id(stix::Tlp::green)), "TLP", "TLP:GREEN"}};
  const EnricherOptions fresh{.scope = {"StixFile"}, .fresh_for_manual = true};
  EXPECT_TRUE(find(opencti::Mode::manual, fresh));
  EXPECT_EQ(oracle.purpose, source::Purpose::manual);
  EXPECT_TRUE(oracle.fresh);
  EXPECT_EQ(oracle.markings.tlp, stix::Tlp::green);
  EXPECT_TRUE(find(opencti::Mode::automatic, fresh));
  EXPECT_EQ(oracle.purpose, source::Purpose::automatic);
  EXPECT_FALSE(oracle.fresh);
}

TEST_F(EnricherWithAnySource, ADeferredVerdictIsNotAResult) {
  oracle.verdict.deferred = true;
  const auto result = find();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, opencti::ErrorKind::stopped);
}

TEST_F(EnricherWithAnySource, AutomaticRequestsAloneWaitForTheQuotaWhereTheyAreSetTo) {
  const auto then = std::chrono::system_clock::now() + 1h;
  oracle.verdict = {.outcome = Outcome::quota_exhausted, .text = "No more.", .retry_at = then};
  const EnricherOptions waiting{.scope = {"StixFile"}, .wait_for_quota = true};
  EXPECT_EQ(find(opencti::Mode::automatic, waiting)->wait_until, then);
  EXPECT_EQ(find(opencti::Mode::manual, waiting)->wait_until, std::nullopt);
  EXPECT_EQ(find(opencti::Mode::automatic)->wait_until, std::nullopt);
}

TEST_F(EnricherWithAnySource, ObjectsOfAnotherAuthorAreOnlyReferenced) {
  oracle.verdict.enrichment = score(80);
  auto& enrichment = *oracle.verdict.enrichment;
  enrichment.author_id = "identity--oracle";
  enrichment.objects = {{{"type", "identity"}, {"id", "identity--oracle"}},
                        {{"type", "indicator"}, {"id", "indicator--1"}},
                        {{"type", "indicator"}, {"id", "indicator--2"}}};
  platform.present = {{.standard_id = "indicator--1", .author_ref = "identity--other"},
                      {.standard_id = "indicator--2", .author_ref = "identity--oracle"}};
  const auto result = find();
  EXPECT_THAT(journal.entries("find"), ElementsAre("find 2"))
      << "the platform is not asked about the author's own identity";
  ASSERT_EQ(result->enrichment->objects.size(), 2U);
  EXPECT_EQ(result->enrichment->objects[1]["id"], "indicator--2");
  EXPECT_THAT(result->text, HasSubstr("2 indicators"));
}

TEST_F(EnricherWithAnySource, TheScoreOfTheObjectItselfFollowsThePolicy) {
  oracle.verdict.enrichment = score(80);
  platform.score = 90;
  EXPECT_EQ(find()->enrichment->update.score, 80) << "the existing score is replaced";
  EXPECT_EQ(find(opencti::Mode::manual,
                 {.scope = {"StixFile"}, .score_policy = source::ScorePolicy::raise_only})
                ->enrichment->update.score,
            std::nullopt);
}

TEST_F(EnricherWithAnySource, ScoresOfRelatedObjectsFollowThePolicy) {
  oracle.verdict.enrichment = score(80);
  oracle.verdict.enrichment->objects = {
      {{"type", "file"}, {"id", "file--other"}, {"x_opencti_score", 50}}};
  platform.present = {{.standard_id = "file--other", .score = 90}};
  EXPECT_EQ(find()->enrichment->objects.size(), 1U) << "the existing score is replaced";
  EXPECT_THAT(find(opencti::Mode::manual,
                   {.scope = {"StixFile"}, .score_policy = source::ScorePolicy::raise_only})
                  ->enrichment->objects,
              IsEmpty());
}

TEST_F(EnricherWithAnySource, ItsWarningsAreLoggedUnderItsName) {
  oracle.verdict.enrichment = score(80);
  oracle.verdict.enrichment->warnings = {"a riddle"};
  EXPECT_TRUE(find());
  EXPECT_THAT(lines, HasSubstr("Parts of Oracle's answer were not used"));
  EXPECT_THAT(lines, HasSubstr("a riddle"));
}

TEST_F(EnricherWithAnySource, IsNamedWhereTheMarkingsForbidToAskIt) {
  platform.markings = {{std::string(stix::marking_id(stix::Tlp::red)), "TLP", "TLP:RED"}};
  const auto result = find();
  EXPECT_EQ(result->outcome, Outcome::over_tlp);
  EXPECT_THAT(result->text, HasSubstr("Not sent to Oracle: "));
  EXPECT_EQ(oracle.asked_about, "");
}

TEST_F(EnricherWithAnySource, AResultForWhichThereIsNoMemoryIsDroppedAndItsAnswerIsNot) {
  ResultMemory memory(4'000);
  auto other = memory.hold(2'000, net::Deadline::after(0ms));
  ASSERT_TRUE(other);
  oracle.verdict.enrichment = score(80);
  oracle.verdict.enrichment->objects.emplace_back(
      json{{"type", "note"}, {"id", "note--1"}, {"content", std::string(1'000, 'x')}});
  oracle.verdict.answer = "it is bad";
  const EnricherOptions limited{.scope = {"StixFile"}, .memory = &memory};
  Enricher enricher(limited, platform, oracle);
  opencti::Message message;
  message.entity_id = opencti::EntityId("file--1");
  const auto dropped = enricher.find(
      message, log, {.still_ours = [] { return true; }, .parks = true}, net::Deadline::after(20ms));
  ASSERT_TRUE(dropped);
  EXPECT_TRUE(dropped->dropped);
  EXPECT_FALSE(dropped->enrichment);
  EXPECT_EQ(dropped->answer, "it is bad");
  EXPECT_EQ(oracle.known_answer, "");

  other.reset();
  const auto again = enricher.find(
      message, log, {.still_ours = [] { return true; }, .answer = dropped->answer, .again = true},
      net::Deadline::after(10s));
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->dropped);
  EXPECT_EQ(again->enrichment->update.score, 80);
  EXPECT_EQ(oracle.known_answer, "it is bad");
  EXPECT_FALSE(memory.hold(2'000, net::Deadline::after(0ms)));
}

TEST_F(EnricherWithAnySource, TheMemoryOfTheAnswerIsReturnedBeforeThePlatformIsAskedAboutObjects) {
  ResultMemory memory(1U << 20U);
  std::weak_ptr<const void> held;
  oracle.verdict.enrichment = score(80);
  oracle.verdict.enrichment->objects.emplace_back(json{{"type", "url"}, {"id", "url--1"}});
  oracle.lease = [&] {
    const auto lease = std::make_shared<int>();
    held = lease;
    return lease;
  };
  platform.on_find = [&] { EXPECT_TRUE(held.expired()); };
  EXPECT_TRUE(find(opencti::Mode::manual, {.scope = {"StixFile"}, .memory = &memory}));
  EXPECT_EQ(journal.entries("find").size(), 1U);
}

}  // namespace
}  // namespace runtime
