// One pipeline from delivery to acknowledgement: orders, reports, redeliveries, missing rights.
#include "support/figures.hpp"
#include "support/wait_until.hpp"
#include "tip/wording.hpp"
#include "unit/runtime/pipeline_fixture.hpp"

namespace runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(PipelineTest, AMessageIsSettledLast) {
  start().take(delivery(1));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries(),
              ElementsAre("read file--1", "ask 1", "alive work_1", "open work_1 2",
                          "publish work_1", "close work_1", "acknowledge 1"));
}

TEST_F(PipelineTest, BundlesArePublishedInTheOrderOfArrivalWhateverTheLookupsTake) {
  lookup.held = {sha256_of(1), sha256_of(2)};
  start();
  for (int i = 1; i <= 4; ++i) pipeline->take(delivery(i));
  ASSERT_TRUE(journal.wait_for("ask 3"));
  ASSERT_TRUE(journal.wait_for("ask 4"));
  lookup.release(sha256_of(2));
  lookup.release(sha256_of(1));
  for (int i = 1; i <= 4; ++i) ASSERT_TRUE(journal.wait_for("acknowledge " + std::to_string(i)));
  EXPECT_THAT(journal.entries("publish"),
              ElementsAre("publish work_1", "publish work_2", "publish work_3", "publish work_4"));
}

TEST_F(PipelineTest, WithoutNewsNothingIsPublishedAndNobodyIsHeldUp) {
  lookup.outcomes[sha256_of(1)] = kaspersky::NotFound{};
  start();
  pipeline->take(delivery(1));
  pipeline->take(delivery(2));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  ASSERT_TRUE(journal.wait_for("acknowledge 2"));
  EXPECT_THAT(journal.entries("publish"), ElementsAre("publish work_2"));
  EXPECT_THAT(journal.entries("close work_1"), ElementsAre("close work_1"));
}

TEST_F(PipelineTest, AFailureIsReportedOnTheWorkAndAcknowledged) {
  lookup.outcomes[sha256_of(1)] = kaspersky::Unavailable{"status 503"};
  start().take(delivery(1));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries("close"), ElementsAre("close work_1 in error"));
}

TEST_F(PipelineTest, ReportsTheRequestAndItsOutcomeToTheObserver) {
  class Remembering final : public Observer {
   public:
    void ended(const Ended& ended) override {
      const std::lock_guard lock(mutex);
      all.push_back(ended);
    }
    std::mutex mutex;
    std::vector<Ended> all;
  } observer;
  lookup.outcomes[sha256_of(2)] = kaspersky::Unavailable{"status 503"};
  pipeline.emplace(PipelineOptions{.workers = 1, .observers = {&observer}}, enricher, hand_over,
                   playbooks, settler, *attempts, log);
  for (int i = 1; i <= 2; ++i) {
    pipeline->take(delivery(i));
    ASSERT_TRUE(journal.wait_for("acknowledge " + std::to_string(i)));
  }
  pipeline.reset();
  ASSERT_EQ(observer.all.size(), 2U);
  EXPECT_EQ(observer.all[0].outcome, source::Outcome::found);
  EXPECT_EQ(observer.all[0].value, sha256_of(1));
  EXPECT_EQ(observer.all[0].kind, "hash");
  EXPECT_EQ(observer.all[0].entity_type, "StixFile");
  EXPECT_EQ(observer.all[1].outcome, source::Outcome::unavailable);
  EXPECT_EQ(observer.all[1].value, sha256_of(2));
  EXPECT_TRUE(source::failed(observer.all[1].outcome));
}

TEST_F(PipelineTest, AMessageThatCannotBeReadIsDroppedForGood) {
  start().take({{1, 7}, "not json", false});
  ASSERT_TRUE(journal.wait_for("reject 7"));
}

TEST_F(PipelineTest, AWorkThatIsGoneIsNeitherOpenedNorNamed) {
  platform.dead_works = {"work_1"};
  start().take(delivery(1));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries("publish"), ElementsAre("publish without work"));
  EXPECT_THAT(journal.entries("open"), IsEmpty());
}

TEST_F(PipelineTest, ARedeliveredMessageIsNotCountedTwice) {
  start().take(delivery(1, true));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries("open"), ElementsAre("open work_1 2 again"));
}

TEST_F(PipelineTest, ARedeliveredMessageWhoseResultWasSentIsOnlyReportedOn) {
  keep_as_sent(1, 2);
  start().take(delivery(1, true));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries(), ElementsAre("close work_1", "acknowledge 1"));
}

TEST_F(PipelineTest, ARedeliveredMessageWhoseWorkIsReportedOnIsOnlyAcknowledged) {
  keep_as_sent(1, 2);
  platform.reported_works = {"work_1"};
  start().take(delivery(1, true));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries(), ElementsAre("acknowledge 1"));
}

TEST_F(PipelineTest, ATextThatIsOnTheWorkIsNotWrittenThereAgain) {
  lookup.outcomes = {{sha256_of(1), kaspersky::NotFound{}}};
  platform.reported_works = {"work_1"};
  platform.notes = {tip::outcome_text(kaspersky::NotFound{})};
  start().take(delivery(1, true));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries(), ElementsAre("read file--1", "ask 1", "acknowledge 1"));
}

TEST_F(PipelineTest, AMissingQueueMakesItRegisterAgainAndPublishLater) {
  output.failures = 1;
  start().take(delivery(1));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_EQ(renewals, 1);
  EXPECT_THAT(journal.entries("publish"), ElementsAre("publish work_1"));
}

TEST_F(PipelineTest, APlaybookIsAnsweredWithTheNewValues) {
  start().take({{1, 1}, playbook_about(fakes::file_object(1)), false});
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries("answer"), ElementsAre("answer x"));
  // The file, and its new author.
  EXPECT_EQ(platform.last_bundle()["objects"].size(), 2U);
}

TEST_F(PipelineTest, AFailureOfOursIsReportedAndTheOthersGoOn) {
  lookup.bug = true;
  start().take(delivery(1));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries("close"), ElementsAre("close work_1 in error"));
}

TEST_F(PipelineTest, AMessageForWhichThereWasNotEnoughMemoryIsGivenBack) {
  lookup.short_of_memory = 1;
  start().take(delivery(1));
  ASSERT_TRUE(journal.wait_for("give back 1"));
  EXPECT_THAT(journal.entries("close"), IsEmpty());
  pipeline->take(delivery(2));
  ASSERT_TRUE(journal.wait_for("acknowledge 2"));
  EXPECT_THAT(journal.entries("close"), ElementsAre("close work_2"));
}

TEST_F(PipelineTest, ABrokerThatRejectsTheResultFailsTheWork) {
  output.failures = 1000;
  output.failure = opencti::SendAnswer::rejected("not taken");
  start().take(delivery(1));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries("close"), ElementsAre("close work_1 in error"));
  EXPECT_EQ(platform.last_text, "The result was rejected, and nothing was added: not taken.");
}

TEST_F(PipelineTest, AWorkDoesNotWaitForAResultThatTheBrokerRejected) {
  output.failures = 1000;
  output.failure = opencti::SendAnswer::rejected("not taken");
  start().take(delivery(1));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries("expect"), ElementsAre("expect fewer work_1 2"));
}

TEST_F(PipelineTest, AWorkDoesNotWaitForTheExpectationsOfAnEarlierDeliveryIfThisOneFindsNothing) {
  lookup.outcomes[sha256_of(1)] = kaspersky::NotFound{};
  platform.expected = 2;
  hand_over.set_drops_late_results(false);
  start().take(delivery(1, true));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries(), ElementsAre("read file--1", "ask 1", "expect fewer work_1 2",
                                             "close work_1", "acknowledge 1"));
}

TEST_F(PipelineTest, NothingIsTakenBackWhereThePlatformWouldDropTheResult) {
  lookup.outcomes[sha256_of(1)] = kaspersky::NotFound{};
  platform.expected = 2;
  start().take(delivery(1, true));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries("expect"), ElementsAre());
}

TEST_F(PipelineTest, ExpectationsOfOthersOrOfASentResultAreNotTakenBack) {
  hand_over.set_drops_late_results(false);
  for (const int number : {1, 2}) lookup.outcomes[sha256_of(number)] = kaspersky::NotFound{};
  platform.expected = 5;
  ASSERT_TRUE(sent.keep({.key = "another", .work_id = opencti::WorkId("work_1"), .announced = 3}));
  start().take(delivery(1, true));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries("expect"), ElementsAre("expect fewer work_1 2"));
  // Imported objects show that it was sent.
  platform.processed = 1;
  pipeline->take(delivery(2, true));
  ASSERT_TRUE(journal.wait_for("acknowledge 2"));
  EXPECT_THAT(journal.entries("expect"), ElementsAre("expect fewer work_1 2"));
}

TEST_F(PipelineTest, AWorkThatIsGoneAtTheLastMomentIsNotNamedAndDoesNotWait) {
  platform.dies_when_asked_again = true;
  pipeline
      .emplace(PipelineOptions{.workers = 1}, enricher, distrustful, playbooks, settler, *attempts,
               log)
      .take(delivery(1));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries(),
              ElementsAre("read file--1", "ask 1", "alive work_1", "open work_1 2", "alive work_1",
                          "expect fewer work_1 2", "publish without work", "close work_1",
                          "acknowledge 1"));
}

TEST_F(PipelineTest, WithoutTrackingNothingIsAnnouncedAndNoWorkIsNamed) {
  const HandOver untracked{{.platform = platform,
                            .output = output,
                            .patience = patience,
                            .sent = sent,
                            .register_again = [] {},
                            .track_imports = false}};
  pipeline
      .emplace(PipelineOptions{.workers = 1}, enricher, untracked, playbooks, settler, *attempts,
               log)
      .take(delivery(1));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries(), ElementsAre("read file--1", "ask 1", "publish without work",
                                             "close work_1", "acknowledge 1"));
  pipeline.reset();
}

TEST_F(PipelineTest, AChangedBundleThatIsRejectedIsFollowedByTheOriginal) {
  platform.refused_answers = 1;
  start().take({{1, 1}, playbook_about(fakes::file_object(1)), false});
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_EQ(platform.last_bundle()["objects"], json({fakes::file_object(1)}));
}

TEST_F(PipelineTest, ARightThatIsMissingIsWaitedFor) {
  platform.close_errors = 5;
  platform.close_error = {opencti::ErrorKind::forbidden, "FORBIDDEN_ACCESS"};
  start().take(delivery(1));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries("close"), ElementsAre("close work_1"));
}

TEST_F(PipelineTest, ARightThatIsOnlyUsefulIsDoneWithout) {
  platform.works_error = {opencti::ErrorKind::not_permitted, "may not see works"};
  start().take(delivery(1, true));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries(),
              ElementsAre("read file--1", "ask 1", "alive work_1", "publish without work",
                          "close work_1", "acknowledge 1"));
}

TEST_F(PipelineTest, ARightThatIsMissingForPlaybooksIsWaitedFor) {
  platform.refused_answers = 5;
  platform.refusal = opencti::ErrorKind::forbidden;
  start().take({{1, 1}, playbook_about(fakes::file_object(1)), false});
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_EQ(platform.last_bundle()["objects"].size(), 2U);
}

TEST_F(PipelineTest, AReportThatIsRejectedForGoodDoesNotHoldTheMessage) {
  platform.close_errors = 1;
  start().take(delivery(1));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries("close"), IsEmpty());
}

TEST_F(PipelineTest, AReportWaitsWhileThePlatformItselfFails) {
  platform.close_errors = 10;
  platform.close_error = {opencti::ErrorKind::internal, "Connection is closed."};
  start().take(delivery(1));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  pipeline.reset();
  EXPECT_THAT(journal.entries("close"), SizeIs(1));
}

TEST_F(PipelineTest, AnAnswerToAStepWaitsWhileThePlatformItselfFails) {
  platform.refused_answers = 10;
  platform.refusal = opencti::ErrorKind::internal;
  start().take({{1, 1}, playbook_about(fakes::file_object(1)), false});
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_EQ(platform.last_bundle()["objects"].size(), 2U);
}

TEST_F(PipelineTest, MeasuresEachStep) {
  telemetry::Metrics metrics;
  const auto steps_taken =
      metrics.histograms({.name = "step_seconds", .help = "", .labels = {"step"}}, {60});
  const StepMetrics steps{.waiting = steps_taken.with({"waiting"}),
                          .reading = steps_taken.with({"reading"}),
                          .announcing = steps_taken.with({"announcing"}),
                          .turn = steps_taken.with({"turn"}),
                          .publishing = steps_taken.with({"publishing"}),
                          .reporting = steps_taken.with({"reporting"}),
                          .answering = steps_taken.with({"answering"})};
  tip::TipSource measured_source({.enrichment = {},
                                  .metrics = {.lookup = steps_taken.with({"lookup"}),
                                              .conversion = steps_taken.with({"conversion"})}},
                                 lookup);
  const Enricher measured({.scope = {"StixFile"}, .steps = steps}, platform, measured_source);
  const HandOver handing_over({.platform = platform,
                               .output = output,
                               .patience = patience,
                               .sent = sent,
                               .register_again = [] {},
                               .steps = steps});
  const PlaybookAnswer answering(
      {.platform = platform, .patience = patience, .ledger = ledger, .steps = steps});
  const auto unreadable = metrics.counters({.name = "unreadable_total", .help = ""}).with({});
  pipeline.emplace(PipelineOptions{.workers = 1, .steps = steps, .unreadable = unreadable},
                   measured, handing_over, answering, settler, *attempts, log);
  lookup.outcomes[sha256_of(2)] = kaspersky::NotFound{};
  for (int i = 1; i <= 2; ++i) pipeline->take(delivery(i));
  pipeline->take({{1, 3}, playbook_about(fakes::file_object(3)), false});
  pipeline->take({{1, 4}, "not json", false});
  for (int i = 1; i <= 3; ++i) ASSERT_TRUE(journal.wait_for("acknowledge " + std::to_string(i)));
  pipeline.reset();

  const auto text = metrics.text();
  const auto times = [&](const std::string& step) {
    return support::figure(text, "step_seconds_count{step=\"" + step + "\"}");
  };
  for (const auto* each : {"waiting", "reading", "lookup"}) EXPECT_EQ(times(each), 3) << each;
  EXPECT_EQ(times("conversion"), 2);
  for (const auto* published : {"announcing", "turn", "publishing"}) {
    EXPECT_EQ(times(published), 1) << published;
  }
  EXPECT_EQ(times("reporting"), 2);
  EXPECT_EQ(times("answering"), 1);
  EXPECT_EQ(support::figure(text, "unreadable_total"), 1);
}

}  // namespace
}  // namespace runtime
