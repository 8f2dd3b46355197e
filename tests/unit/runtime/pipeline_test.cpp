#include "runtime/pipeline.hpp"

#include <gmock/gmock.h>

#include "unit/runtime/fakes.hpp"

namespace runtime {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::sha256_of;

std::string message_about(int number, const char* mode = "manual") {
  const auto id = std::to_string(number);
  return json{{"internal", {{"work_id", "work_" + id}, {"mode", mode}}},
              {"event", {{"entity_id", "file--" + id}, {"entity_type", "StixFile"}}}}
      .dump();
}

std::string playbook_about(const json& object) {
  return json{
      {"internal", {{"playbook", {{"execution_id", "x"}}}}},
      {"event",
       {{"entity_id", object["id"]}, {"bundle", {{"type", "bundle"}, {"objects", {object}}}}}}}
      .dump();
}

class PipelineTest : public ::testing::Test {
 protected:
  Pipeline& start(int workers = 4) {
    return pipeline.emplace(PipelineOptions{.workers = workers}, enricher, hand_over, settler,
                            store, log);
  }
  static net::Delivery delivery(int number, bool redelivered = false) {
    return {{1, static_cast<std::uint64_t>(number)}, message_about(number), redelivered};
  }

  testing::Journal journal;
  testing::FakePlatform platform{journal};
  testing::FakeLookup lookup{journal};
  testing::FakeOutbox outbox{journal};
  testing::FakeSettler settler{journal};
  telemetry::Log log{
      {.level = telemetry::Level::debug, .name = "n", .json = true, .write = [](std::string_view) {
       }}};
  storage::Database store{{.schema = Attempts::schema()}, log};
  Enricher enricher{
      {.scope = {"StixFile"}, .max_tlp = stix::Tlp::amber, .enrichment = {}}, platform, lookup};
  std::atomic<int> renewals = 0;
  HandOver hand_over{{platform, outbox, settler, [this] { ++renewals; }, {1ms, 2ms}}};
  /// Takes every look at a work for too old.
  HandOver distrustful{{platform, outbox, settler, [] {}, {1ms, 2ms}, -1ms}};
  std::optional<Pipeline> pipeline;
};

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

TEST_F(PipelineTest, ARedeliveredMessageWhoseResultIsImportedIsNotPaidForAgain) {
  platform.imported_works = {"work_1"};
  start().take(delivery(1, true));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries(), ElementsAre("close work_1", "acknowledge 1"));
}

TEST_F(PipelineTest, ARedeliveredMessageWhoseWorkIsReportedOnIsOnlyAcknowledged) {
  platform.reported_works = {"work_1"};
  start().take(delivery(1, true));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries(), ElementsAre("acknowledge 1"));
}

TEST_F(PipelineTest, CountsOfSingleObjectsDoNotProveThatAllWereSent) {
  platform.imported_works = {"work_1"};
  outbox.sends_whole = false;
  start().take(delivery(1, true));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries("publish"), ElementsAre("publish work_1"));
}

TEST_F(PipelineTest, AMissingQueueMakesItRegisterAgainAndPublishLater) {
  outbox.failures = 1;
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
  EXPECT_EQ(platform.last_bundle["objects"].size(), 2U);
}

TEST_F(PipelineTest, AFailureOfOursIsReportedAndTheOthersGoOn) {
  lookup.bug = true;
  start().take(delivery(1));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries("close"), ElementsAre("close work_1 in error"));
}

TEST_F(PipelineTest, WhatWaitsFromAnEarlierConnectionIsForgotten) {
  lookup.held = {sha256_of(1)};
  start(1);
  pipeline->take(delivery(1));
  ASSERT_TRUE(journal.wait_for("ask 1"));
  pipeline->take(delivery(2));
  pipeline->take({{2, 3}, message_about(3), true});
  lookup.release(sha256_of(1));
  ASSERT_TRUE(journal.wait_for("acknowledge 3"));
  EXPECT_THAT(journal.entries("read file--2"), IsEmpty());
}

TEST_F(PipelineTest, ABrokerThatRefusesTheResultFailsTheWork) {
  outbox.failures = 1000;
  outbox.failure = net::ErrorKind::protocol;
  start().take(delivery(1));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries("close"), ElementsAre("close work_1 in error"));
}

TEST_F(PipelineTest, AWorkDoesNotWaitForWhatTheBrokerRefused) {
  outbox.failures = 1000;
  outbox.failure = net::ErrorKind::protocol;
  start().take(delivery(1));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries("expect"), ElementsAre("expect no more work_1"));
}

TEST_F(PipelineTest, AWorkThatIsGoneAtTheLastMomentIsNotNamedAndDoesNotWait) {
  platform.dies_when_asked_again = true;
  pipeline.emplace(PipelineOptions{.workers = 1}, enricher, distrustful, settler, store, log)
      .take(delivery(1));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries(),
              ElementsAre("read file--1", "ask 1", "alive work_1", "open work_1 2", "alive work_1",
                          "expect no more work_1", "publish without work", "close work_1",
                          "acknowledge 1"));
}

TEST_F(PipelineTest, WithoutTrackingNothingIsAnnouncedAndNoWorkIsNamed) {
  const HandOver untracked{{.platform = platform,
                            .outbox = outbox,
                            .settler = settler,
                            .register_again = [] {},
                            .track_imports = false}};
  pipeline.emplace(PipelineOptions{.workers = 1}, enricher, untracked, settler, store, log)
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
  EXPECT_EQ(platform.last_bundle["objects"], json({testing::file_object(1)}));
}

TEST_F(PipelineTest, ARightThatIsMissingIsWaitedFor) {
  platform.close_errors = 5;
  platform.close_error = {opencti::ErrorKind::forbidden, "FORBIDDEN_ACCESS"};
  start().take(delivery(1));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries("close"), ElementsAre("close work_1"));
}

TEST_F(PipelineTest, ARightThatIsMissingForPlaybooksIsWaitedFor) {
  platform.refused_answers = 5;
  platform.refusal = opencti::ErrorKind::forbidden;
  start().take({{1, 1}, playbook_about(testing::file_object(1)), false});
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_EQ(platform.last_bundle["objects"].size(), 2U);
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
  EXPECT_EQ(platform.last_bundle["objects"].size(), 2U);
}

class UnchangedPlaybook : public PipelineTest {};

TEST_F(UnchangedPlaybook, NotFoundIsAnsweredWithTheOriginal) {
  lookup.outcomes[sha256_of(1)] = kaspersky::NotFound{};
  start().take({{1, 1}, playbook_about(testing::file_object(1)), false});
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_EQ(platform.last_bundle["objects"], json({testing::file_object(1)}));
}

TEST_F(UnchangedPlaybook, OutOfScopeIsAnsweredWithTheOriginal) {
  const json url{{"id", "url--1"}, {"type", "url"}, {"value", "http://a.example/"}};
  start().take({{1, 1}, playbook_about(url), false});
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_EQ(platform.last_bundle["objects"], json({url}));
}

TEST_F(UnchangedPlaybook, OverTheTlpIsAnsweredWithTheOriginal) {
  auto red = testing::file_object(1);
  red["object_marking_refs"] = {stix::marking_id(stix::Tlp::red)};
  start().take({{1, 1}, playbook_about(red), false});
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_EQ(platform.last_bundle["objects"], json({red}));
  EXPECT_THAT(journal.entries("ask"), IsEmpty());
}

TEST_F(UnchangedPlaybook, AFailureIsAnsweredWithTheOriginal) {
  platform.read_error = opencti::Error{opencti::ErrorKind::no_entity, "gone"};
  start().take({{1, 1}, playbook_about(testing::file_object(1)), false});
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_EQ(platform.last_bundle["objects"], json({testing::file_object(1)}));
}

TEST_F(UnchangedPlaybook, EvenOneWithoutABundleIsAnswered) {
  const json body{{"internal", {{"playbook", {{"execution_id", "x"}}}}},
                  {"event", {{"entity_id", "file--1"}}}};
  start().take({{1, 1}, body.dump(), false});
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_EQ(platform.last_bundle["objects"], json::array());
}

TEST_F(PipelineTest, AFailureThatCannotEvenBeReportedGivesTheMessageBack) {
  lookup.bug = true;
  platform.close_bug = true;
  start().take(delivery(1));
  ASSERT_TRUE(journal.wait_for("give back 1"));
}

TEST_F(PipelineTest, AMessageThatWasBegunThreeTimesWithoutAnEndIsGivenUp) {
  ASSERT_TRUE(store.run("INSERT INTO attempts VALUES ('work_1', 3, 'it died')"));
  start().take(delivery(1, true));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries(), ElementsAre("close work_1 in error", "acknowledge 1"));
  EXPECT_TRUE(pipeline->finish(1s));
  EXPECT_THAT(*store.run("SELECT * FROM attempts"), IsEmpty());
}

TEST_F(PipelineTest, WhatIsGivenUpStaysSoUntilThatCouldBeReported) {
  ASSERT_TRUE(store.run("INSERT INTO attempts VALUES ('work_1', 3, 'it died')"));
  platform.close_errors = 1'000'000;
  platform.close_error = {opencti::ErrorKind::unreachable, "down"};
  pipeline.emplace(PipelineOptions{.workers = 1, .message_timeout = 50ms}, enricher, hand_over,
                   settler, store, log);
  pipeline->take(delivery(1, true));
  ASSERT_TRUE(journal.wait_for("give back 1"));
  EXPECT_EQ(store.run("SELECT * FROM attempts")->size(), 1U);
}

TEST_F(PipelineTest, APlaybooksStepThatIsGivenUpIsAnsweredWithTheOriginal) {
  ASSERT_TRUE(store.run("INSERT INTO attempts VALUES ('step x ', 3, 'it died')"));
  start().take({{1, 1}, playbook_about(testing::file_object(1)), true});
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries("ask"), IsEmpty());
  EXPECT_EQ(platform.last_bundle["objects"], json({testing::file_object(1)}));
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

class SpentQuota : public PipelineTest {
 protected:
  void SetUp() override {
    const auto look_again = std::chrono::system_clock::now() + 7h + 30min;
    for (int i = 1; i <= 5; ++i) {
      lookup.outcomes[sha256_of(i)] =
          kaspersky::QuotaSpent{.until = look_again + 5h, .look_again = look_again};
    }
    lookup.held = {sha256_of(1)};
  }
  /// One automatic message under way, and behind it one more, a manual one and a playbook's.
  void run(bool wait) {
    Enricher& patient = waiting.emplace(
        EnricherOptions{.scope = {"StixFile"}, .enrichment = {}, .wait_for_quota = wait}, platform,
        lookup);
    pipeline.emplace(PipelineOptions{.workers = 1}, patient, hand_over, settler, store, log);
    pipeline->take({{1, 1}, message_about(1, "auto"), false});
    ASSERT_TRUE(journal.wait_for("ask 1"));
    pipeline->take({{1, 2}, message_about(2, "auto"), false});
    pipeline->take({{1, 3}, message_about(3, "manual"), false});
    pipeline->take({{1, 4}, playbook_about(testing::file_object(4)), false});
    lookup.release(sha256_of(1));
  }

  std::optional<Enricher> waiting;
};

TEST_F(SpentQuota, AutomaticMessagesAreReportedAsFailed) {
  run(false);
  for (int i = 1; i <= 4; ++i) ASSERT_TRUE(journal.wait_for("acknowledge " + std::to_string(i)));
  EXPECT_THAT(journal.entries("close"),
              ::testing::UnorderedElementsAre("close work_1 in error", "close work_2 in error",
                                              "close work_3 in error"));
  EXPECT_THAT(journal.entries("hold back"), IsEmpty());
  pipeline.reset();
}

TEST_F(SpentQuota, AutomaticMessagesAreSetAsideAndOthersGoOnIfTheyAreToWait) {
  run(true);
  for (int i = 1; i <= 2; ++i) ASSERT_TRUE(journal.wait_for("set aside " + std::to_string(i)));
  for (int i = 3; i <= 4; ++i) ASSERT_TRUE(journal.wait_for("acknowledge " + std::to_string(i)));
  EXPECT_THAT(journal.entries("ask"), ElementsAre("ask 1", "ask 3", "ask 4"));
  EXPECT_THAT(journal.entries("close"), ElementsAre("close work_3 in error"));
  EXPECT_EQ(platform.last_bundle["objects"], json({testing::file_object(4)}));
  const auto entries = journal.entries();
  const auto at = [&](const char* entry) {
    return std::find(entries.begin(), entries.end(), entry);
  };
  EXPECT_LT(at("hold back 7"), at("set aside 1")) << "else they would come again at once";
  EXPECT_LT(at("hold back 7"), at("set aside 2"));

  pipeline->take({{1, 5}, message_about(5, "auto"), false});
  EXPECT_EQ(journal.entries("set aside 5").size(), 1U) << "nothing is asked about it";
  EXPECT_EQ(journal.entries("hold back").size(), 1U);
  pipeline.reset();
}

TEST_F(PipelineTest, AManualRequestOvertakesInItsLookupButNotInPublishing) {
  lookup.held = {sha256_of(1)};
  start(1);
  pipeline->take({{1, 1}, message_about(1, "auto"), false});
  ASSERT_TRUE(journal.wait_for("ask 1"));
  pipeline->take({{1, 2}, message_about(2, "auto"), false});
  pipeline->take({{1, 3}, message_about(3, "manual"), false});
  lookup.release(sha256_of(1));
  for (int i = 1; i <= 3; ++i) ASSERT_TRUE(journal.wait_for("acknowledge " + std::to_string(i)));
  EXPECT_THAT(journal.entries("ask"), ElementsAre("ask 1", "ask 3", "ask 2"));
  EXPECT_THAT(journal.entries("publish"),
              ElementsAre("publish work_1", "publish work_2", "publish work_3"));
}

TEST_F(PipelineTest, AStuckLookupDelaysThoseBehindItByNoMoreThanItsDeadline) {
  lookup.held = {sha256_of(1)};
  pipeline.emplace(PipelineOptions{.workers = 2, .find_timeout = 200ms}, enricher, hand_over,
                   settler, store, log);
  const auto begun = std::chrono::steady_clock::now();
  // More than there are workers: nobody waits for the first one's turn to end.
  for (int i = 1; i <= 6; ++i) pipeline->take(delivery(i));
  for (int i = 2; i <= 6; ++i) ASSERT_TRUE(journal.wait_for("ask " + std::to_string(i)));
  for (int i = 1; i <= 6; ++i) ASSERT_TRUE(journal.wait_for("acknowledge " + std::to_string(i)));
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 200ms);
  EXPECT_THAT(journal.entries("close work_1"), ElementsAre("close work_1 in error"));
  EXPECT_THAT(journal.entries("publish"),
              ElementsAre("publish work_2", "publish work_3", "publish work_4", "publish work_5",
                          "publish work_6"));
}

TEST_F(PipelineTest, WhateverOvertakesWhateverAllComesOutInOrder) {
  constexpr int count = 300;
  for (int i = 3; i <= count; i += 4) lookup.outcomes[sha256_of(i)] = kaspersky::NotFound{};
  start(3);
  std::vector<std::string> published;
  for (int i = 1; i <= count; ++i) {
    // A quarter each: of the platform, of people, of playbooks, and of what Kaspersky knows
    // nothing.
    if (i % 4 == 2) {
      pipeline->take(
          {{1, static_cast<std::uint64_t>(i)}, playbook_about(testing::file_object(i)), false});
      continue;
    }
    if (i % 4 != 3) published.push_back("publish work_" + std::to_string(i));
    pipeline->take({{1, static_cast<std::uint64_t>(i)},
                    message_about(i, i % 8 < 4 ? "auto" : "manual"),
                    false});
  }
  for (int i = 1; i <= count; ++i) {
    ASSERT_TRUE(journal.wait_for("acknowledge " + std::to_string(i))) << i;
  }
  EXPECT_EQ(journal.entries("publish"), published);
}

TEST_F(PipelineTest, FinishingDoesNotHideThatAMessageWasGivenBackMeanwhile) {
  lookup.held = {sha256_of(1)};
  // One worker: whether the second message comes before or after the end, it is never begun.
  start(1);
  pipeline->take(delivery(1));
  ASSERT_TRUE(journal.wait_for("ask 1"));
  std::jthread finisher([this] { EXPECT_FALSE(pipeline->finish(10s)); });
  pipeline->take(delivery(2));
  ASSERT_TRUE(journal.wait_for("give back 2"));
  settler.still_ours = false;
  lookup.release(sha256_of(1));
}

TEST_F(PipelineTest, WhatWaitsForItsTurnWhenTheGraceIsOverIsGivenBack) {
  lookup.held = {sha256_of(1)};
  start();
  pipeline->take(delivery(1));
  ASSERT_TRUE(journal.wait_for("ask 1"));
  pipeline->take(delivery(2));
  ASSERT_TRUE(journal.wait_for("open work_2 2"));
  EXPECT_FALSE(pipeline->finish(1ms));
  EXPECT_THAT(journal.entries("publish"), IsEmpty());
  EXPECT_TRUE(journal.wait_for("give back 2"));
}

TEST_F(PipelineTest, FinishingCompletesWhatWasBegunAndGivesTheRestBack) {
  lookup.held = {sha256_of(1)};
  start(1);
  pipeline->take(delivery(1));
  ASSERT_TRUE(journal.wait_for("ask 1"));
  pipeline->take(delivery(2));
  std::jthread finisher([this] { EXPECT_TRUE(pipeline->finish(10s)); });
  ASSERT_TRUE(journal.wait_for("give back 2"));
  lookup.release(sha256_of(1));
  finisher.join();
  EXPECT_THAT(journal.entries("acknowledge"), ElementsAre("acknowledge 1"));
  EXPECT_THAT(journal.entries("publish"), ElementsAre("publish work_1"));
}

TEST_F(PipelineTest, WhatIsPutOffAtTheEndIsGivenBackAndNothingIsUnfinished) {
  lookup.outcomes[sha256_of(1)] = kaspersky::Unavailable{.why = "stopping", .put_off = true};
  start().take(delivery(1));
  ASSERT_TRUE(journal.wait_for("ask 1"));
  EXPECT_TRUE(pipeline->finish(10s));
  EXPECT_THAT(journal.entries("give back"), ElementsAre("give back 1"));
  EXPECT_THAT(journal.entries("close"), IsEmpty());
  EXPECT_THAT(*store.run("SELECT * FROM attempts"), IsEmpty());
}

TEST_F(PipelineTest, WhatDoesNotFinishInTimeStaysUnacknowledged) {
  lookup.held = {sha256_of(1)};
  start().take(delivery(1));
  ASSERT_TRUE(journal.wait_for("ask 1"));
  EXPECT_FALSE(pipeline->finish(1ms));
  EXPECT_THAT(journal.entries("acknowledge"), IsEmpty());
  EXPECT_THAT(journal.entries("close"), IsEmpty());
}

TEST_F(PipelineTest, AfterFinishingMessagesGoBack) {
  start();
  pipeline->finish(1s);
  pipeline->take(delivery(3));
  EXPECT_TRUE(journal.wait_for("give back 3"));
}

}  // namespace
}  // namespace runtime
