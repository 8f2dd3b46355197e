#include "support/figures.hpp"
#include "tip/wording.hpp"
#include "unit/runtime/pipeline_fixture.hpp"

namespace runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

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

TEST_F(PipelineTest, TellsTheObserverWhatWasAskedAndWhatCameOfIt) {
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

TEST_F(PipelineTest, WhatTheBrokerHasTakenBackIsNotPublished) {
  lookup.held = {sha256_of(1)};
  start().take(delivery(1));
  ASSERT_TRUE(journal.wait_for("ask 1"));
  settler.still_ours = false;
  lookup.release(sha256_of(1));
  ASSERT_TRUE(journal.wait_for("give back 1"));
  EXPECT_THAT(journal.entries("publish"), IsEmpty());
  EXPECT_THAT(journal.entries("acknowledge"), IsEmpty());
}

TEST_F(PipelineTest, APlaybookIsAnsweredWithWhatIsNew) {
  start().take({{1, 1}, playbook_about(testing::file_object(1)), false});
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries("answer"), ElementsAre("answer x"));
  // The file, and the author that it now has.
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

TEST_F(PipelineTest, WhatWaitsFromAnEarlierConnectionIsForgotten) {
  lookup.held = {sha256_of(1)};
  start(1);
  pipeline->take(delivery(1));
  ASSERT_TRUE(journal.wait_for("ask 1"));
  pipeline->take(delivery(2));
  settler.connection = 2;
  pipeline->take({{2, 3}, message_about(3), true});
  lookup.release(sha256_of(1));
  ASSERT_TRUE(journal.wait_for("acknowledge 3"));
  EXPECT_THAT(journal.entries("read file--2"), IsEmpty());
}

TEST_F(PipelineTest, ABrokerThatRefusesTheResultFailsTheWork) {
  output.failures = 1000;
  output.failure = opencti::SendAnswer::never("not taken");
  start().take(delivery(1));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries("close"), ElementsAre("close work_1 in error"));
  EXPECT_EQ(platform.last_text, "The result was rejected, and nothing was added: not taken.");
}

TEST_F(PipelineTest, StoppingDoesNotWaitForWhatCannotSucceed) {
  std::atomic<bool> hopeless = false;
  lookup.held = {sha256_of(1)};
  pipeline.emplace(PipelineOptions{.workers = 1, .hopeless = [&] { return hopeless.load(); }},
                   enricher, hand_over, playbooks, settler, *attempts, log);
  pipeline->take(delivery(1));
  ASSERT_TRUE(journal.wait_for("ask 1"));
  hopeless = true;
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_FALSE(pipeline->finish(std::chrono::minutes(5)));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::minutes(1));
  EXPECT_THAT(journal.entries("give back"), ElementsAre("give back 1"));
}

TEST_F(PipelineTest, AWorkDoesNotWaitForWhatTheBrokerRefused) {
  output.failures = 1000;
  output.failure = opencti::SendAnswer::never("not taken");
  start().take(delivery(1));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
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

TEST_F(PipelineTest, AChangedBundleThatIsRefusedIsFollowedByTheOriginal) {
  platform.refused_answers = 1;
  start().take({{1, 1}, playbook_about(testing::file_object(1)), false});
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_EQ(platform.last_bundle()["objects"], json({testing::file_object(1)}));
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
  start().take({{1, 1}, playbook_about(testing::file_object(1)), false});
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_EQ(platform.last_bundle()["objects"].size(), 2U);
}

TEST_F(PipelineTest, AReportThatIsRefusedForGoodDoesNotHoldTheMessage) {
  platform.close_errors = 1;
  start().take(delivery(1));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries("close"), IsEmpty());
}

TEST_F(PipelineTest, AReportThatThePlatformItselfFailsOnIsNotTriedOnceMoreForEachTry) {
  platform.close_errors = 3;
  platform.close_error = {opencti::ErrorKind::internal, "INTERNAL_SERVER_ERROR"};
  start().take(delivery(1));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  pipeline.reset();
  EXPECT_EQ(platform.close_errors, 2);
}

TEST_F(PipelineTest, AnAnswerThatThePlatformItselfFailsOnIsGivenThreeTimes) {
  platform.refused_answers = 2;
  platform.refusal = opencti::ErrorKind::internal;
  start().take({{1, 1}, playbook_about(testing::file_object(1)), false});
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_EQ(platform.last_bundle()["objects"].size(), 2U);
}

class UnchangedPlaybook : public PipelineTest {};

TEST_F(UnchangedPlaybook, NotFoundIsAnsweredWithTheOriginal) {
  lookup.outcomes[sha256_of(1)] = kaspersky::NotFound{};
  start().take({{1, 1}, playbook_about(testing::file_object(1)), false});
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_EQ(platform.last_bundle()["objects"], json({testing::file_object(1)}));
}

TEST_F(UnchangedPlaybook, OutOfScopeIsAnsweredWithTheOriginal) {
  const json url{{"id", "url--1"}, {"type", "url"}, {"value", "http://a.example/"}};
  start().take({{1, 1}, playbook_about(url), false});
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_EQ(platform.last_bundle()["objects"], json({url}));
}

TEST_F(UnchangedPlaybook, OverTheTlpIsAnsweredWithTheOriginal) {
  auto red = testing::file_object(1);
  red["object_marking_refs"] = {stix::marking_id(stix::Tlp::red)};
  start().take({{1, 1}, playbook_about(red), false});
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_EQ(platform.last_bundle()["objects"], json({red}));
  EXPECT_THAT(journal.entries("ask"), IsEmpty());
}

TEST_F(UnchangedPlaybook, AFailureIsAnsweredWithTheOriginal) {
  platform.read_error = opencti::Error{opencti::ErrorKind::no_entity, "gone"};
  start().take({{1, 1}, playbook_about(testing::file_object(1)), false});
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_EQ(platform.last_bundle()["objects"], json({testing::file_object(1)}));
}

TEST_F(UnchangedPlaybook, EvenOneWithoutABundleIsAnswered) {
  const json body{{"internal", {{"playbook", {{"execution_id", "x"}}}}},
                  {"event", {{"entity_id", "file--1"}}}};
  start().take({{1, 1}, body.dump(), false});
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_EQ(platform.last_bundle()["objects"], json::array());
}

TEST_F(PipelineTest, AFailureThatCannotEvenBeReportedGivesTheMessageBack) {
  lookup.bug = true;
  platform.close_bug = true;
  start().take(delivery(1));
  ASSERT_TRUE(journal.wait_for("give back 1"));
}

TEST_F(PipelineTest, AMessageThatWasBegunThreeTimesWithoutAnEndIsGivenUp) {
  begun_earlier(message_about(1), 3);
  start().take(delivery(1, true));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries(), ElementsAre("close work_1 in error", "acknowledge 1"));
  EXPECT_TRUE(pipeline->finish(1s));
  EXPECT_THAT(*store.run("SELECT * FROM attempts"), IsEmpty());
}

TEST_F(PipelineTest, WhatIsGivenUpStaysSoUntilThatCouldBeReported) {
  begun_earlier(message_about(1), 3);
  platform.close_errors = 1'000'000;
  platform.close_error = {opencti::ErrorKind::unreachable, "down"};
  pipeline.emplace(PipelineOptions{.workers = 1, .message_timeout = 50ms}, enricher, hand_over,
                   playbooks, settler, *attempts, log);
  pipeline->take(delivery(1, true));
  ASSERT_TRUE(journal.wait_for("give back 1"));
  EXPECT_EQ(store.run("SELECT * FROM attempts")->size(), 1U);
}

TEST_F(PipelineTest, WhatEndsTheProcessEvenAsItIsGivenUpIsDropped) {
  begun_earlier(message_about(1), Attempts::most_of_all);
  start().take(delivery(1, true));
  ASSERT_TRUE(journal.wait_for("reject 1"));
  EXPECT_THAT(journal.entries("close"), IsEmpty());
}

/// Of two members of one name a parser takes the last, and a search the first.
constexpr const char* read_differently =
    R"({"internal":{"work_id":"work_searched","work_id":"work_read","mode":"manual"},)"
    R"("event":{"entity_id":"file--1"}})";

TEST_F(PipelineTest, WhatEndsTheProcessAsItIsReadIsNotReadAFourthTime) {
  std::uint64_t number = 0;
  for (std::int64_t count = 3; count < Attempts::most_of_all; ++count) {
    for (const auto reason : {Attempts::died_reading, Attempts::died_salvaging}) {
      begun_earlier(read_differently, count, reason);
      start().take({{1, ++number}, read_differently, true});
      ASSERT_TRUE(journal.wait_for("acknowledge " + std::to_string(number)));
      EXPECT_TRUE(pipeline->finish(1s));
      EXPECT_THAT(*store.run("SELECT * FROM attempts"), IsEmpty());
    }
  }
  EXPECT_THAT(journal.entries("close"), ::testing::Each("close work_searched in error"));
  EXPECT_THAT(journal.entries("ask"), IsEmpty());
}

TEST_F(PipelineTest, WhatEndedTheProcessOnceOrTwiceAsItWasReadIsReadAgain) {
  for (std::uint64_t count = 1; count < 3; ++count) {
    begun_earlier(read_differently, static_cast<std::int64_t>(count), Attempts::died_reading);
    start().take({{1, count}, read_differently, true});
    ASSERT_TRUE(journal.wait_for("acknowledge " + std::to_string(count)));
    EXPECT_TRUE(pipeline->finish(1s));
  }
  EXPECT_THAT(journal.entries("close"), ::testing::Each(::testing::StartsWith("close work_read")));
}

TEST_F(PipelineTest, WhatIsNotReadStaysUnreadUntilThatCouldBeReported) {
  begun_earlier(message_about(1), 3, Attempts::died_reading);
  platform.close_errors = 1'000'000;
  platform.close_error = {opencti::ErrorKind::unreachable, "down"};
  pipeline.emplace(PipelineOptions{.workers = 1, .message_timeout = 50ms}, enricher, hand_over,
                   playbooks, settler, *attempts, log);
  pipeline->take(delivery(1, true));
  ASSERT_TRUE(journal.wait_for("give back 1"));
  EXPECT_EQ(storage::text((*store.run("SELECT reason FROM attempts"))[0][0]),
            Attempts::died_reading);
}

TEST_F(PipelineTest, AStepWhoseMessageIsNotReadIsAnswered) {
  const auto body =
      json{{"internal",
            {{"playbook", {{"execution_id", "x"}, {"playbook_id", "p"}, {"step_id", "s"}}}}},
           {"event",
            {{"entity_id", "file--1"},
             {"bundle", {{"type", "bundle"}, {"objects", {testing::file_object(1)}}}}}}}
          .dump();
  begun_earlier(body, 3, Attempts::died_reading);
  start().take({{1, 1}, body, true});
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_EQ(platform.last_bundle()["objects"], json({testing::file_object(1)}));
  EXPECT_TRUE(pipeline->finish(1s));
  // Even the search for the end of the bundle was too much.
  ASSERT_TRUE(store.run("DELETE FROM playbook_answers"));
  begun_earlier(body, 4, Attempts::died_salvaging);
  start().take({{1, 2}, body, true});
  ASSERT_TRUE(journal.wait_for("acknowledge 2"));
  EXPECT_EQ(platform.last_bundle()["objects"], json::array());
  EXPECT_THAT(journal.entries("ask"), IsEmpty());
}

TEST_F(PipelineTest, APlaybooksStepThatIsGivenUpIsAnsweredWithTheOriginal) {
  begun_earlier(playbook_about(testing::file_object(1)), 3);
  start().take({{1, 1}, playbook_about(testing::file_object(1)), true});
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries("ask"), IsEmpty());
  EXPECT_EQ(platform.last_bundle()["objects"], json({testing::file_object(1)}));
}

TEST_F(PipelineTest, WhatFailsThreeTimesInTheSameWayIsGivenUp) {
  lookup.bug = true;
  platform.close_bug = true;
  start();
  for (int i = 1; i <= 3; ++i) {
    pipeline->take({{1, static_cast<std::uint64_t>(i)}, message_about(1), i > 1});
    ASSERT_TRUE(journal.wait_for("give back " + std::to_string(i)));
  }
  platform.close_bug = false;
  pipeline->take({{1, 4}, message_about(1), true});
  ASSERT_TRUE(journal.wait_for("acknowledge 4"));
  EXPECT_EQ(journal.entries("ask").size(), 3U);
  EXPECT_THAT(journal.entries("close"), ElementsAre("close work_1 in error"));
}

TEST_F(PipelineTest, WhatOnlyWaitsIsNotCounted) {
  lookup.held = {sha256_of(1)};
  start(1).take(delivery(1));
  ASSERT_TRUE(journal.wait_for("ask 1"));
  pipeline->take(delivery(2));
  const auto rows = store.run("SELECT key, begun FROM attempts");
  ASSERT_EQ(rows->size(), 1U);
  EXPECT_EQ(storage::text(rows->front()[0]), Attempts::key_of(message_about(1)));
  EXPECT_EQ(storage::number(rows->front()[1]), 1);
}

TEST_F(PipelineTest, ABundleThatCannotGoBackChangedIsNotAskedAbout) {
  auto object = testing::file_object(1);
  object["x_padding"] = std::string(std::size_t{26} * 1024 * 1024, 'x');
  start().take({{1, 1}, playbook_about(object)});
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries("ask"), IsEmpty());
  EXPECT_EQ(platform.last_bundle()["objects"].size(), 1U);
}

TEST_F(PipelineTest, OfABundleThatCannotGoBackAtAllTheStepsObjectDoes) {
  const json padding{{"id", "x"}, {"x", std::string(std::size_t{51} * 1024 * 1024, 'x')}};
  auto message = json::parse(playbook_about(testing::file_object(1)));
  message["event"]["bundle"]["objects"].push_back(padding);
  start().take({{1, 1}, message.dump()});
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries("ask"), IsEmpty());
  EXPECT_EQ(platform.last_bundle()["objects"], json({testing::file_object(1)}));
}

TEST_F(PipelineTest, WhatIsDoneOrGivenBackIsNotCounted) {
  start().take(delivery(1, true));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  lookup.held = {sha256_of(2)};
  pipeline->take(delivery(2, true));
  ASSERT_TRUE(journal.wait_for("ask 2"));
  EXPECT_EQ(store.run("SELECT begun FROM attempts")->size(), 1U) << "while it is under way";
  pipeline->finish(0ms);
  EXPECT_THAT(*store.run("SELECT * FROM attempts"), IsEmpty());
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
  pipeline->take({{1, 3}, playbook_about(testing::file_object(3)), false});
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
