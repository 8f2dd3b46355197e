// Who goes before whom, who waits for the quota, and what an end of the pipeline does to each.
#include <fmt/format.h>

#include <limits>

#include "unit/runtime/pipeline_fixture.hpp"

namespace runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

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
        EnricherOptions{.scope = {"StixFile"}, .wait_for_quota = wait}, platform, tip_source);
    pipeline.emplace(PipelineOptions{.workers = 1}, patient, hand_over, playbooks, settler,
                     *attempts, log);
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
  EXPECT_EQ(platform.last_bundle()["objects"], json({testing::file_object(4)}));
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
                   playbooks, settler, *attempts, log);
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

/// With other replicas, whose oldest work a test sets.
class PipelineBesideReplicas : public PipelineTest {
 protected:
  void share(Pipeline& one) {
    one.share_order({.set_oldest = [](auto) {},
                     .oldest_of_others = [this] { return oldest_of_others.load(); },
                     .wait_for_others = [](bool) {}});
  }
  /// Its work was made in this year.
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
  EXPECT_TRUE(journal.wait_for("acknowledge 1")) << "it came first";
  lookup.release(sha256_of(2));
  EXPECT_TRUE(journal.wait_for("acknowledge 2"));
}

TEST_F(PipelineBesideReplicas, NothingIsBegunBesideASuspectThoughAnOlderWorkComes) {
  const auto suspect = made_in("2021", 1);
  begun_earlier(suspect.body, 1, Attempts::died);
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

class OneWork : public PipelineTest {
 protected:
  /// A message about a file, of the same work as all others.
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

TEST_F(OneWork, WhatIsKnownToBeSentIsReportedThoughTheOtherWasReported) {
  start().take(of_one_work(1));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  pipeline->take(of_one_work(2));
  ASSERT_TRUE(journal.wait_for("acknowledge 2"));
  platform.reported_works = {"work_x"};
  auto again = of_one_work(2, true);
  again.tag.number = 3;
  pipeline->take(std::move(again));
  ASSERT_TRUE(journal.wait_for("acknowledge 3"));
  EXPECT_THAT(journal.entries("publish"), ::testing::SizeIs(2));
  EXPECT_THAT(journal.entries("close"), ::testing::SizeIs(3));
}

class Kept : public PipelineTest {};

TEST_F(Kept, AResultIsKeptAfterItWasPublishedAndBeforeItIsReported) {
  platform.close_bug = true;
  start().take(delivery(1));
  ASSERT_TRUE(journal.wait_for("give back 1"));
  EXPECT_EQ(sent.size(), 1);
}

TEST_F(Kept, WithoutRoomForItAResultIsSentWithoutItsWork) {
  FileSent full{{.most_results = 0}, store, log};
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

TEST_F(Kept, WhatCannotBeKeptIsSentOnceMoreWithoutItsWork) {
  ASSERT_TRUE(store.run("DROP TABLE sent"));
  start(1).take(delivery(1));
  pipeline->take(delivery(2));
  ASSERT_TRUE(journal.wait_for("acknowledge 2"));
  EXPECT_THAT(journal.entries("publish"),
              ElementsAre("publish work_1", "publish without work", "publish without work"));
}

TEST_F(Kept, WhatNoWorkerImportsIsNot) {
  output.for_workers = false;
  start().take(delivery(1));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_EQ(sent.size(), 0);
  EXPECT_THAT(journal.entries("alive"), IsEmpty());
}

class Pushed : public PipelineTest {};

TEST_F(Pushed, WhereThePlatformCountsTheReportIsTheBeginningOfTheWork) {
  output.counting = opencti::Counting::theirs;
  start().take(delivery(1));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries(),
              ElementsAre("read file--1", "ask 1", "alive work_1", "open work_1 2", "begin work_1",
                          "publish work_1", "acknowledge 1"));
}

TEST_F(Pushed, AWorkWhoseResultIsOnItsWayIsNotBegunAgain) {
  output.counting = opencti::Counting::theirs;
  platform.notes = {"Kaspersky says zone red. Sent: score 100, label kaspersky:red."};
  platform.expected = 3;
  start().take(delivery(1, true));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries("begin"), IsEmpty());
  EXPECT_THAT(journal.entries("publish"), ElementsAre("publish work_1"));
}

TEST_F(Pushed, WhatThePlatformAnnouncesAsWellIsTakenBack) {
  output.counting = opencti::Counting::ours_or_theirs;
  start().take(delivery(1));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(
      journal.entries(),
      ElementsAre("read file--1", "ask 1", "alive work_1", "open work_1 2", "publish work_1",
                  "expect at most work_1 2", "close work_1", "acknowledge 1"));
}

}  // namespace
}  // namespace runtime
