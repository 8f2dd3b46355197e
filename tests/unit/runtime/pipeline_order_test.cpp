// Tests which message goes first, which one waits for the quota, and what happens to each when the
// pipeline ends.
#include <fmt/format.h>

#include <limits>

#include "support/wait_until.hpp"
#include "unit/runtime/pipeline_fixture.hpp"

namespace runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class SpentQuota : public PipelineTest {
 protected:
  void SetUp() override {
    const auto retry_at = std::chrono::system_clock::now() + 7h + 30min;
    for (int i = 1; i <= 5; ++i) {
      lookup.outcomes[sha256_of(i)] =
          kaspersky::QuotaExhausted{.until = retry_at + 5h, .retry_at = retry_at};
    }
    lookup.held = {sha256_of(1)};
  }
  /// One automatic message is in progress; behind it are another automatic one, a manual one and
  /// one of a playbook.
  void run(bool wait) {
    Enricher& patient = waiting.emplace(
        EnricherOptions{.scope = {"StixFile"}, .wait_for_quota = wait}, platform, tip_source);
    pipeline.emplace(PipelineOptions{.workers = 1}, patient, hand_over, playbooks, settler,
                     *attempts, log);
    pipeline->take({{1, 1}, message_about(1, "auto"), false});
    ASSERT_TRUE(journal.wait_for("ask 1"));
    pipeline->take({{1, 2}, message_about(2, "auto"), false});
    pipeline->take({{1, 3}, message_about(3, "manual"), false});
    pipeline->take({{1, 4}, playbook_about(fakes::file_object(4)), false});
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

TEST_F(SpentQuota, AutomaticMessagesArePostponedAndOthersGoOnIfTheyAreToWait) {
  run(true);
  for (int i = 1; i <= 2; ++i) ASSERT_TRUE(journal.wait_for("deferred " + std::to_string(i)));
  for (int i = 3; i <= 4; ++i) ASSERT_TRUE(journal.wait_for("acknowledge " + std::to_string(i)));
  EXPECT_THAT(journal.entries("ask"), ElementsAre("ask 1", "ask 3", "ask 4"));
  EXPECT_THAT(journal.entries("close"), ElementsAre("close work_3 in error"));
  EXPECT_EQ(platform.last_bundle()["objects"], json({fakes::file_object(4)}));
  const auto entries = journal.entries();
  const auto at = [&](const char* entry) {
    return std::find(entries.begin(), entries.end(), entry);
  };
  EXPECT_LT(at("hold back 7"), at("deferred 1"))
      << "otherwise they would be delivered again at once";
  EXPECT_LT(at("hold back 7"), at("deferred 2"));

  pipeline->take({{1, 5}, message_about(5, "auto"), false});
  EXPECT_EQ(journal.entries("deferred 5").size(), 1U) << "no lookup is made for it";
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
                   playbooks, settler, *attempts, log);
  const auto begun = std::chrono::steady_clock::now();
  // More messages than workers: none of them waits until the turn of the first one ends.
  for (int i = 1; i <= 6; ++i) pipeline->take(delivery(i));
  for (int i = 2; i <= 6; ++i) ASSERT_TRUE(journal.wait_for("ask " + std::to_string(i)));
  for (int i = 1; i <= 6; ++i) ASSERT_TRUE(journal.wait_for("acknowledge " + std::to_string(i)));
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 200ms);
  EXPECT_THAT(journal.entries("close work_1"), ElementsAre("close work_1 in error"));
  EXPECT_THAT(journal.entries("publish"),
              ElementsAre("publish work_2", "publish work_3", "publish work_4", "publish work_5",
                          "publish work_6"));
}

/// A pipeline with other replicas; the test sets the oldest work of the others.
class PipelineBesideReplicas : public PipelineTest {
 protected:
  void share(Pipeline& one) {
    one.share_order({.set_oldest = [](auto) {},
                     .oldest_of_others = [this] { return oldest_of_others.load(); },
                     .wait_for_others = [](bool) {}});
  }
  /// A message whose work was created in this year.
  static net::Delivery made_in(const char* year, int number) {
    auto message = json::parse(message_about(number));
    message["internal"]["work_id"] = fmt::format("work_c_{}-01-01T00:00:00.000Z", year);
    return {{1, static_cast<std::uint64_t>(number)}, message.dump()};
  }

  std::atomic<std::int64_t> oldest_of_others = std::numeric_limits<std::int64_t>::max();
};

TEST_F(PipelineBesideReplicas, AWorkWhoseTimeIsUnknownKeepsItsPlaceByArrival) {
  lookup.held = {sha256_of(1), sha256_of(2)};
  share(start(2));
  pipeline->take(delivery(1));
  pipeline->take(made_in("2020", 2));
  for (const auto* asked : {"ask 1", "ask 2"}) ASSERT_TRUE(journal.wait_for(asked));
  lookup.release(sha256_of(1));
  EXPECT_TRUE(journal.wait_for("acknowledge 1")) << "its message arrived first";
  lookup.release(sha256_of(2));
  EXPECT_TRUE(journal.wait_for("acknowledge 2"));
}

TEST_F(PipelineBesideReplicas, NothingIsBegunBesideASuspectThoughAnOlderWorkComes) {
  const auto suspect = made_in("2021", 1);
  begun_earlier(suspect.body, 1, Attempts::crashed);
  lookup.held = {sha256_of(1)};
  share(start(2));
  pipeline->take(suspect);
  ASSERT_TRUE(journal.wait_for("ask 1"));
  pipeline->take(made_in("2020", 2));
  lookup.release(sha256_of(1));
  for (const auto* settled : {"acknowledge 1", "acknowledge 2"}) {
    ASSERT_TRUE(journal.wait_for(settled));
  }
  const auto entries = journal.entries();
  const auto at = [&](const char* entry) {
    return std::find(entries.begin(), entries.end(), entry);
  };
  EXPECT_LT(at("acknowledge 1"), at("ask 2"));
}

TEST_F(PipelineTest, ResultsComeOutInOrderWhateverOvertakes) {
  constexpr int count = 300;
  for (int i = 3; i <= count; i += 4) lookup.outcomes[sha256_of(i)] = kaspersky::NotFound{};
  start(3);
  std::vector<std::string> published;
  for (int i = 1; i <= count; ++i) {
    // A quarter each: automatic messages, manual ones, steps of playbooks, and messages about files
    // that Kaspersky does not know.
    if (i % 4 == 2) {
      pipeline->take(
          {{1, static_cast<std::uint64_t>(i)}, playbook_about(fakes::file_object(i)), false});
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
  // With one worker the second message is never begun, whether it arrives before or after the end.
  start(1);
  pipeline->take({{1, 1}, message_without_work(1)});
  ASSERT_TRUE(journal.wait_for("ask 1"));
  std::jthread finisher([this] { EXPECT_FALSE(pipeline->finish(10s)); });
  pipeline->take(delivery(2));
  ASSERT_TRUE(journal.wait_for("give back 2"));
  settler.still_ours = false;
  lookup.release(sha256_of(1));
}

TEST_F(PipelineTest, AMessageWaitingForItsTurnWhenTheGraceIsOverIsGivenBack) {
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

TEST_F(PipelineTest, FinishingCompletesMessagesInProgressAndGivesTheRestBack) {
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

TEST_F(PipelineTest, AMessagePostponedAtTheEndIsGivenBackAndNothingIsUnfinished) {
  lookup.outcomes[sha256_of(1)] = kaspersky::Unavailable{.why = "stopping", .deferred = true};
  start().take(delivery(1));
  ASSERT_TRUE(journal.wait_for("ask 1"));
  EXPECT_TRUE(pipeline->finish(10s));
  EXPECT_THAT(journal.entries("give back"), ElementsAre("give back 1"));
  EXPECT_THAT(journal.entries("close"), IsEmpty());
  EXPECT_THAT(*store.run("SELECT * FROM attempts"), IsEmpty());
}

TEST_F(PipelineTest, AMessageThatDoesNotFinishInTimeStaysUnacknowledged) {
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

class OneWork : public PipelineTest {
 protected:
  /// A message about a file; all these messages have the same work.
  static net::Delivery of_one_work(int number, bool redelivered = false,
                                   const char* mode = "manual") {
    const auto id = std::to_string(number);
    const json body{{"internal", {{"work_id", "work_x"}, {"mode", mode}}},
                    {"event", {{"entity_id", "file--" + id}, {"entity_type", "StixFile"}}}};
    return {{1, static_cast<std::uint64_t>(number)}, body.dump(), redelivered};
  }
};

TEST_F(OneWork, TwoMessagesAreEnrichedBothAndAddUpOnIt) {
  start();
  pipeline->take(of_one_work(1, false, "auto"));
  pipeline->take(of_one_work(2));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  ASSERT_TRUE(journal.wait_for("acknowledge 2"));
  EXPECT_THAT(journal.entries("open"), ElementsAre("open work_x 2", "open work_x 2 beside 2"));
  EXPECT_THAT(journal.entries("publish"), ElementsAre("publish work_x", "publish work_x"));
  EXPECT_THAT(journal.entries("close"), ElementsAre("close work_x", "close work_x"));
  EXPECT_EQ(sent.size(), 2);
}

TEST_F(OneWork, TheReportOfOneIsNotTakenForTheOthers) {
  platform.reported_works = {"work_x"};
  start().take(of_one_work(2, true));
  ASSERT_TRUE(journal.wait_for("acknowledge 2"));
  EXPECT_THAT(journal.entries("publish"), ElementsAre("publish work_x"));
}

TEST_F(OneWork, AResultKnownToBeSentIsReportedThoughTheOtherWasReported) {
  start().take(of_one_work(1));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  pipeline->take(of_one_work(2));
  ASSERT_TRUE(journal.wait_for("acknowledge 2"));
  platform.reported_works = {"work_x"};
  start();  // Another process with the same store.
  auto again = of_one_work(2, true);
  again.tag.number = 3;
  pipeline->take(std::move(again));
  ASSERT_TRUE(journal.wait_for("acknowledge 3"));
  EXPECT_THAT(journal.entries("publish"), ::testing::SizeIs(2));
  EXPECT_THAT(journal.entries("close"), ::testing::SizeIs(3));
}

class SentResultsKept : public PipelineTest {};

TEST_F(SentResultsKept, AResultIsKeptAfterItWasPublishedAndBeforeItIsReported) {
  platform.close_bug = true;
  start().take(delivery(1));
  ASSERT_TRUE(journal.wait_for("give back 1"));
  EXPECT_EQ(sent.size(), 1);
}

TEST_F(SentResultsKept, WithoutRoomForItAResultIsSentWithoutItsWork) {
  FileSent full{{.max_results = 0}, store, log};
  const HandOver hand{{.platform = platform,
                       .output = output,
                       .patience = patience,
                       .sent = full,
                       .register_again = [] {}}};
  pipeline
      .emplace(PipelineOptions{.workers = 1}, enricher, hand, playbooks, settler, *attempts, log)
      .take(delivery(1));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries(), ElementsAre("read file--1", "ask 1", "publish without work",
                                             "close work_1", "acknowledge 1"));
  pipeline.reset();
}

TEST_F(SentResultsKept, AResultThatCannotBeKeptIsSentOnceMoreWithoutItsWork) {
  ASSERT_TRUE(store.run("DROP TABLE sent"));
  start(1).take(delivery(1));
  pipeline->take(delivery(2));
  ASSERT_TRUE(journal.wait_for("acknowledge 2"));
  EXPECT_THAT(journal.entries("publish"),
              ElementsAre("publish work_1", "publish without work", "publish without work"));
}

TEST_F(SentResultsKept, AResultThatNoWorkerImportsIsNotKept) {
  output.for_workers = false;
  start().take(delivery(1));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_EQ(sent.size(), 0);
  EXPECT_THAT(journal.entries("alive"), IsEmpty());
}

class PushedBundle : public PipelineTest {};

TEST_F(PushedBundle, WhereThePlatformCountsTheReportIsTheBeginningOfTheWork) {
  output.announced_by = opencti::AnnouncedBy::platform;
  start().take(delivery(1));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries(),
              ElementsAre("read file--1", "ask 1", "alive work_1", "open work_1 2", "begin work_1",
                          "publish work_1", "acknowledge 1"));
}

TEST_F(PushedBundle, AWorkWhoseResultWasPushedIsNotBegunAgain) {
  output.announced_by = opencti::AnnouncedBy::platform;
  platform.notes = {"Kaspersky zone: red. Sent: score 100, label kaspersky:red."};
  platform.expected = 3;
  start().take(delivery(1, true));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries("begin"), IsEmpty());
  EXPECT_THAT(journal.entries("publish"), ElementsAre("publish work_1"));
}

TEST_F(PushedBundle, ExpectationsThatThePlatformAnnouncesAsWellAreTakenBack) {
  output.announced_by = opencti::AnnouncedBy::connector_or_platform;
  start().take(delivery(1));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(
      journal.entries(),
      ElementsAre("read file--1", "ask 1", "alive work_1", "open work_1 2", "publish work_1",
                  "expect at most work_1 2", "close work_1", "acknowledge 1"));
}

/// The first lookup is held, so that the results behind it wait for their turn.
class ParkedResults : public PipelineTest {
 protected:
  void SetUp() override { lookup.held = {sha256_of(1)}; }
  /// @param memory of all results
  void run(std::size_t memory, const std::string& answer) {
    for (int i = 1; i <= 3; ++i) {
      kaspersky::Answer red;
      red.zone = kaspersky::Zone::red;
      lookup.outcomes[sha256_of(i)] = kaspersky::Found{red, answer};
    }
    results.emplace(memory);
    limited.emplace(EnricherOptions{.scope = {"StixFile"}, .memory = &*results}, platform,
                    tip_source);
    pipeline.emplace(PipelineOptions{.workers = 4, .memory = &*results}, *limited, hand_over,
                     playbooks, settler, *attempts, log);
    for (int i = 1; i <= 3; ++i) pipeline->take(delivery(i));
    ASSERT_TRUE(support::wait_until([&] {
      const auto load = pipeline->load();
      return load.idle_workers == 3 && load.under_way == 3;
    }));
    opened_before = journal.entries("open");
    lookup.release(sha256_of(1));
    for (int i = 1; i <= 3; ++i) ASSERT_TRUE(journal.wait_for("acknowledge " + std::to_string(i)));
    EXPECT_THAT(journal.entries("publish"),
                ElementsAre("publish work_1", "publish work_2", "publish work_3"));
    EXPECT_THAT(journal.entries("close"),
                ::testing::UnorderedElementsAre("close work_1", "close work_2", "close work_3"));
    pipeline.reset();
  }

  static constexpr std::size_t plenty = std::size_t{1} << 20U;
  /// Half of it is for parked results: enough for two answers, and for no result.
  static constexpr std::size_t little = 200;
  std::optional<ResultMemory> results;
  std::optional<Enricher> limited;
  std::vector<std::string> opened_before;
};

TEST_F(ParkedResults, AreKeptWhereThereIsRoom) {
  run(plenty, R"({"Zone":"Red"})");
  EXPECT_EQ(opened_before.size(), 2U);
  EXPECT_EQ(journal.entries("read").size(), 3U);
  EXPECT_EQ(journal.entries("ask").size(), 3U);
}

TEST_F(ParkedResults, AreMadeAgainFromTheirAnswersWhereThereIsNone) {
  run(little, R"({"Zone":"Red"})");
  EXPECT_THAT(opened_before, IsEmpty()) << "nothing is announced that is then dropped";
  EXPECT_EQ(journal.entries("read").size(), 5U);
  EXPECT_EQ(journal.entries("ask").size(), 3U) << "no lookup is repeated";
}

TEST_F(ParkedResults, AreLookedUpAgainWhereThereIsNoRoomForTheAnswerEither) {
  run(little, R"({"Zone":"Red"})" + std::string(little, ' '));
  EXPECT_THAT(opened_before, IsEmpty());
  EXPECT_EQ(journal.entries("ask").size(), 5U);
}

}  // namespace
}  // namespace runtime
