// What the enricher makes of a verdict, whatever source it comes from.
#include <gmock/gmock.h>

#include "runtime/enricher.hpp"
#include "unit/runtime/fakes.hpp"

namespace runtime {
namespace {

using namespace std::chrono_literals;
using source::Outcome;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class EnricherWithAnySource : public ::testing::Test {
 protected:
  opencti::Result<Finding> find(opencti::Mode mode = opencti::Mode::manual,
                                const EnricherOptions& chosen = {.scope = {"StixFile"}}) {
    opencti::Message message;
    message.mode = mode;
    message.work_id = opencti::WorkId("work_1");
    message.entity_id = opencti::EntityId("file--1");
    message.entity_type = "StixFile";
    message.draft_id = opencti::DraftId(draft);
    return Enricher(chosen, platform, oracle)
        .find(
            message, log, [] { return true; }, net::Deadline::after(10s));
  }
  static source::Enrichment score(int value) {
    source::Enrichment enrichment;
    enrichment.update.score = value;
    return enrichment;
  }

  std::string draft;
  testing::Journal journal;
  testing::FakePlatform platform{journal};
  testing::FakeSource oracle;
  std::string lines;
  telemetry::Log log{{.level = telemetry::Level::info,
                      .name = "n",
                      .json = true,
                      .write = [this](std::string_view line) { lines += line; }}};
};

TEST_F(EnricherWithAnySource, TheVerdictIsTheFindingAndItsTextSaysWhatIsSent) {
  oracle.verdict.enrichment = score(80);
  oracle.verdict.asked = {"aaa", "hash"};
  oracle.verdict.rating = "bad";
  const auto finding = find();
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->outcome, Outcome::found);
  EXPECT_EQ(finding->text, "The oracle has spoken. Sent: score 80.");
  EXPECT_EQ(finding->enrichment->update.score, 80);
  EXPECT_EQ(finding->asked->kind, "hash");
  EXPECT_EQ(finding->rating, "bad");
  EXPECT_EQ(oracle.asked_about, "file--1");
}

TEST_F(EnricherWithAnySource, EachOutcomeIsHandedOnWithItsText) {
  for (const auto outcome : source::all_outcomes()) {
    oracle.verdict = {.outcome = outcome, .text = "So it is."};
    const auto finding = find();
    ASSERT_TRUE(finding) << source::name_of(outcome);
    EXPECT_EQ(finding->outcome, outcome);
    EXPECT_EQ(finding->text, "So it is.");
    EXPECT_FALSE(finding->enrichment);
  }
}

TEST_F(EnricherWithAnySource, IsToldPurposeMarkingsAndWhetherTheAnswerMustBeFresh) {
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

TEST_F(EnricherWithAnySource, WhatIsPutOffIsNoFinding) {
  oracle.verdict.put_off = true;
  const auto finding = find();
  ASSERT_FALSE(finding);
  EXPECT_EQ(finding.error().kind, opencti::ErrorKind::stopped);
}

TEST_F(EnricherWithAnySource, AutomaticRequestsAloneWaitForTheQuotaWhereTheyAreSetTo) {
  const auto then = std::chrono::system_clock::now() + 1h;
  oracle.verdict = {.outcome = Outcome::quota_spent, .text = "No more.", .look_again = then};
  const EnricherOptions waiting{.scope = {"StixFile"}, .wait_for_quota = true};
  EXPECT_EQ(find(opencti::Mode::automatic, waiting)->wait_until, then);
  EXPECT_EQ(find(opencti::Mode::manual, waiting)->wait_until, std::nullopt);
  EXPECT_EQ(find(opencti::Mode::automatic)->wait_until, std::nullopt);
}

TEST_F(EnricherWithAnySource, WhatThePlatformHasOfAnotherAuthorIsOnlyPointedAt) {
  oracle.verdict.enrichment = score(80);
  auto& enrichment = *oracle.verdict.enrichment;
  enrichment.author_id = "identity--oracle";
  enrichment.objects = {{{"type", "identity"}, {"id", "identity--oracle"}},
                        {{"type", "indicator"}, {"id", "indicator--1"}},
                        {{"type", "indicator"}, {"id", "indicator--2"}}};
  platform.present = {{.standard_id = "indicator--1", .author_ref = "identity--other"},
                      {.standard_id = "indicator--2", .author_ref = "identity--oracle"}};
  const auto finding = find();
  EXPECT_THAT(journal.entries("find"), ElementsAre("find 2"))
      << "its own identity is not asked for";
  ASSERT_EQ(finding->enrichment->objects.size(), 2U);
  EXPECT_EQ(finding->enrichment->objects[1]["id"], "indicator--2");
  EXPECT_THAT(finding->text, HasSubstr("2 indicators"));
}

TEST_F(EnricherWithAnySource, TheScoreOfTheObjectItselfFollowsThePolicy) {
  oracle.verdict.enrichment = score(80);
  platform.score = 90;
  EXPECT_EQ(find()->enrichment->update.score, 80) << "the other one is replaced";
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
  EXPECT_EQ(find()->enrichment->objects.size(), 1U) << "the other score replaces it";
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
  const auto finding = find();
  EXPECT_EQ(finding->outcome, Outcome::over_tlp);
  EXPECT_THAT(finding->text, HasSubstr("Not sent to Oracle: "));
  EXPECT_EQ(oracle.asked_about, "");
}

}  // namespace
}  // namespace runtime
