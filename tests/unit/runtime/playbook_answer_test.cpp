#include "support/wait_until.hpp"
#include "unit/runtime/pipeline_fixture.hpp"

namespace runtime {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class PlaybookAnswerTest : public PipelineTest {
 protected:
  void take(bool redelivered = false) {
    pipeline->take({{1, 1}, playbook_about(fakes::file_object(1)), redelivered});
  }
  /// Simulates another process with the same store.
  void start_again() {
    pipeline.reset();
    start(1);
  }
  /// Each answer to the step is lost, then the process stops.
  void answer_in_vain() {
    platform.refusal = opencti::ErrorKind::no_answer;
    platform.refused_answers = 1'000'000;
    start_again();
    take();
    ASSERT_TRUE(journal.wait_for("answer in vain x"));
    pipeline.reset();
    ASSERT_TRUE(journal.wait_for("give back 1"));
    platform.refused_answers = 0;
  }
  [[nodiscard]] static std::size_t objects_in(const std::string& bundle) {
    return json::parse(bundle)["objects"].size();
  }
};

TEST_F(PlaybookAnswerTest, IsSentAgainUnchangedWhereItIsUnknownWhetherItArrived) {
  for (const auto kind : {opencti::ErrorKind::no_answer, opencti::ErrorKind::intermediary,
                          opencti::ErrorKind::busy, opencti::ErrorKind::unreachable}) {
    platform.refusal = kind;
    platform.refused_answers = 10;
    platform.sent_bundles.clear();
    start_again();
    const auto number = static_cast<std::uint64_t>(kind);
    pipeline->take(
        {{1, number}, playbook_about(fakes::file_object(static_cast<int>(kind))), false});
    ASSERT_TRUE(journal.wait_for("acknowledge " + std::to_string(number)));
    pipeline.reset();
    EXPECT_THAT(platform.sent_bundles, AllOf(SizeIs(11), Each(platform.sent_bundles.front())));
    EXPECT_EQ(objects_in(platform.sent_bundles.front()), 2U);
  }
}

TEST_F(PlaybookAnswerTest, StaysTheSameWhenKasperskysAnswerChangesMeanwhile) {
  answer_in_vain();
  lookup.outcomes[sha256_of(1)] = kaspersky::NotFound{};
  start_again();
  take(true);
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(platform.sent_bundles, Each(platform.sent_bundles.front()));
  EXPECT_EQ(objects_in(platform.sent_bundles.back()), 2U);
  EXPECT_THAT(journal.entries("ask"), SizeIs(1));
}

TEST_F(PlaybookAnswerTest, IsNotGivenTwiceWhenTheMessageComesAgain) {
  start_again();
  take();
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  start_again();
  pipeline->take({{1, 2}, playbook_about(fakes::file_object(1)), true});
  ASSERT_TRUE(journal.wait_for("acknowledge 2"));
  EXPECT_THAT(platform.sent_bundles, SizeIs(1));
}

TEST_F(PlaybookAnswerTest, IsTheOriginalOnlyOnceThePlatformRejectedTheChangedOne) {
  platform.refused_answers = 1;
  start_again();
  take();
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  ASSERT_THAT(platform.sent_bundles, SizeIs(2));
  EXPECT_EQ(objects_in(platform.sent_bundles.at(0)), 2U);
  EXPECT_EQ(objects_in(platform.sent_bundles.at(1)), 1U);
}

class Remembering final : public Observer {
 public:
  void ended(const Ended& ended) override { last = ended; }
  Ended last;
};

TEST_F(PlaybookAnswerTest, ToAPlaybookThatIsGoneIsNotAFailure) {
  Remembering observer;
  platform.playbook_gone = true;
  pipeline.emplace(PipelineOptions{.workers = 1, .observers = {&observer}}, enricher, hand_over,
                   playbooks, settler, *attempts, log);
  take();
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  pipeline.reset();
  EXPECT_EQ(observer.last.text, "The playbook or its step no longer exists. Nothing was added.");
  EXPECT_EQ(observer.last.outcome, source::Outcome::playbook_gone);
  EXPECT_FALSE(source::failed(observer.last.outcome));
}

TEST_F(PlaybookAnswerTest, ThatWasNotAcceptedIsNotReportedAsSent) {
  Remembering observer;
  platform.refused_answers = 1;
  pipeline.emplace(PipelineOptions{.workers = 1, .observers = {&observer}}, enricher, hand_over,
                   playbooks, settler, *attempts, log);
  take();
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  pipeline.reset();
  EXPECT_EQ(observer.last.text,
            "The platform rejected the result, and the playbook goes on without it: no.");
  EXPECT_EQ(observer.last.outcome, source::Outcome::not_published);
  EXPECT_TRUE(source::failed(observer.last.outcome));
}

TEST_F(PlaybookAnswerTest, StaysTheOriginalAfterARestart) {
  const auto body = playbook_about(fakes::file_object(1));
  const auto key = PlaybookLedger::key_of({.execution_id = "x"}, Attempts::key_of(body));
  std::ignore = ledger.begin(key, R"({"objects":[1,2]})", 0);
  ASSERT_TRUE(ledger.rejected(key));
  start_again();
  take(true);
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(platform.sent_bundles, SizeIs(1));
  EXPECT_EQ(objects_in(platform.sent_bundles.front()), 1U);
  EXPECT_THAT(journal.entries("ask"), IsEmpty());
}

TEST_F(PlaybookAnswerTest, OfAMessageThatIsGivenUpIsTheOneThatWasBegun) {
  answer_in_vain();
  ASSERT_TRUE(store.run("INSERT OR REPLACE INTO attempts VALUES ('step x ', 3, 'it died')"));
  start_again();
  take(true);
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_EQ(objects_in(platform.sent_bundles.back()), 2U);
}

TEST_F(PlaybookAnswerTest, StaysTheSameWhereARejectionFollowsAnAttemptThatMayHaveArrived) {
  answer_in_vain();
  platform.refusal = opencti::ErrorKind::rejected;
  platform.refused_answers = 1;
  start_again();
  take(true);
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  pipeline.reset();
  EXPECT_THAT(platform.sent_bundles, Each(platform.sent_bundles.front()));
  EXPECT_GE(lines.count("ERROR", "The platform did not accept the repeated answer"), 1);
}

class UnacceptableAnswer : public PlaybookAnswerTest,
                           public testing::WithParamInterface<opencti::ErrorKind> {};

TEST_P(UnacceptableAnswer, IsFollowedByTheOriginalSinceNoAttemptCanHaveArrived) {
  answer_in_vain();
  platform.refusal = GetParam();
  platform.refused_answers = 1;
  start_again();
  take(true);
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  pipeline.reset();
  EXPECT_EQ(objects_in(platform.sent_bundles.back()), 1U);
}

INSTANTIATE_TEST_SUITE_P(PlaybookAnswer, UnacceptableAnswer,
                         testing::Values(opencti::ErrorKind::too_large,
                                         opencti::ErrorKind::not_understood));

TEST_F(PlaybookAnswerTest, OfAStepThatCannotBeStoredIsKeptInMemory) {
  storage::Database broken{{}, log};  // it lacks the table
  FilePlaybooks lost(broken, log);
  const auto first = lost.begin("key", "first", 0);
  EXPECT_EQ(first->changed, "first");
  EXPECT_FALSE(first->earlier);
  const auto second = lost.begin("key", "second", 0);
  EXPECT_EQ(second->changed, "first");
  EXPECT_TRUE(second->earlier);
  lost.answered("key");
  EXPECT_TRUE((*lost.find("key"))->answered);
}

TEST_F(PlaybookAnswerTest, OfTwoDeliveriesAtOnceIsTheSame) {
  EXPECT_EQ(ledger.begin("key", "first", 0)->changed, "first");
  EXPECT_EQ(ledger.begin("key", "second", 0)->changed, "first");
  EXPECT_EQ(ledger.begin("key", std::nullopt, 0)->changed, "first");
}

TEST_F(PlaybookAnswerTest, WithoutAStoreIsGivenToo) {
  storage::Database broken{{}, log};  // it lacks the table
  FilePlaybooks lost(broken, log);
  const PlaybookAnswer forgetful{{platform, patience, lost, {1ms, 2ms}}};
  pipeline.emplace(PipelineOptions{.workers = 1}, enricher, hand_over, forgetful, settler,
                   *attempts, log);
  take();
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_EQ(objects_in(platform.sent_bundles.back()), 2U);
  pipeline.reset();
}

/// More than a ResultMemory of 2 MiB has for one result: it gets the whole share.
constexpr std::size_t memory_of_all = std::size_t{100} * 1024 * 1024;

/// Answers one step directly.
class GivenDirectly : public PlaybookAnswerTest {
 protected:
  HandOverResult give(const PlaybookAnswer& answer, std::size_t bytes,
                      const std::stop_token& stop = {}) {
    result.outcome = source::Outcome::found;
    result.text = "Found.";
    result.enrichment.emplace();
    result.enrichment->objects = {{{"id", "note--1"}, {"x", std::string(bytes, 'x')}}};
    Job job{.tag = {1, 1},
            .message = opencti::read_message(playbook_about(fakes::file_object(1))).value(),
            .log = log,
            .give_up_at = std::chrono::steady_clock::now() + 1h,
            .step = "step"};
    return answer.give(job, result, stop);
  }
  EnrichmentResult result;
};

TEST_F(GivenDirectly, AResultThatMakesTheBundleTooLargeIsNotReportedAsFound) {
  EXPECT_EQ(give(playbooks, opencti::largest_growth), HandOverResult::done);
  EXPECT_EQ(objects_in(platform.sent_bundles.back()), 1U);
  EXPECT_EQ(result.outcome, source::Outcome::too_large);
  EXPECT_EQ(result.text,
            "The playbook's bundle would be too large with the result. The playbook goes on "
            "without it.");
}

TEST_F(GivenDirectly, AStopEndsItBeforeAnythingIsSent) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(give(playbooks, 1, stop.get_token()), HandOverResult::not_now);
  EXPECT_THAT(platform.sent_bundles, IsEmpty());
  EXPECT_EQ(result.outcome, source::Outcome::found);
}

TEST_F(GivenDirectly, TheResultsMemoryIsFreeOnceItIsInTheBundle) {
  ResultMemory memory(std::size_t{2} * 1024 * 1024);
  const PlaybookAnswer answer{
      {.platform = platform, .patience = patience, .ledger = ledger, .memory = &memory}};
  result.memory = memory.hold(memory_of_all, net::Deadline::after(0ms));
  EXPECT_EQ(give(answer, 1000), HandOverResult::done);
  EXPECT_EQ(objects_in(platform.sent_bundles.back()), 2U);
  EXPECT_TRUE(memory.hold(memory_of_all, net::Deadline::after(0ms)));
  EXPECT_THAT(result.enrichment->objects, IsEmpty());
}

TEST_F(GivenDirectly, TheMemoryOfWhatWasAddedIsKept) {
  ResultMemory memory(std::size_t{2} * 1024 * 1024);
  const PlaybookAnswer answer{
      {.platform = platform, .patience = patience, .ledger = ledger, .memory = &memory}};
  result.memory = memory.hold(memory_of_all, net::Deadline::after(0ms));
  EXPECT_EQ(give(answer, std::size_t{100} * 1024), HandOverResult::done);
  EXPECT_FALSE(memory.hold(memory_of_all, net::Deadline::after(0ms)));
  result.memory.reset();
  EXPECT_TRUE(memory.hold(memory_of_all, net::Deadline::after(0ms)));
}

/// A ledger as replicas share it, whose server does not answer.
class LedgerThatIsAway final : public PlaybookLedger {
 public:
  storage::Result<std::optional<Entry>> find(const std::string& key) override {
    ++asked;
    return away ? tl::unexpected(storage::Error{"away"})
                : storage::Result<std::optional<Entry>>(own.find(key));
  }
  storage::Result<Entry> begin(const std::string& key, const std::optional<std::string>& changed,
                               std::size_t bundle) override {
    return away ? tl::unexpected(storage::Error{"away"}) : own.begin(key, changed, bundle);
  }
  storage::Result<void> rejected(const std::string& key) override {
    ++asked;
    return away_for_rejections ? tl::unexpected(storage::Error{"away"}) : own.rejected(key);
  }
  void answered(const std::string& key) override { own.answered(key); }

  explicit LedgerThatIsAway(PlaybookLedger& behind) : own(behind) {}
  PlaybookLedger& own;
  std::atomic<bool> away = true;
  std::atomic<bool> away_for_rejections = false;
  std::atomic<int> asked = 0;
};

class LedgerAwayTest : public PlaybookAnswerTest {
 protected:
  ~LedgerAwayTest() override { pipeline.reset(); }
  void answer(std::chrono::milliseconds longest_wait) {
    playbook.emplace(PlaybookAnswerPorts{.platform = platform,
                                         .patience = patience,
                                         .ledger = shared,
                                         .longest_wait_for_ledger = longest_wait});
    pipeline.emplace(PipelineOptions{.workers = 1}, enricher, hand_over, *playbook, settler,
                     *attempts, log);
    pipeline->take({{1, 1}, playbook_about(fakes::file_object(1))});
  }
  LedgerThatIsAway shared{ledger};
  std::optional<PlaybookAnswer> playbook;
};

TEST_F(LedgerAwayTest, IsWaitedForBeforeAnythingIsAnswered) {
  answer(1h);
  while (shared.asked < 3) std::this_thread::yield();
  EXPECT_THAT(platform.sent_bundles, IsEmpty());
  shared.away = false;
  EXPECT_TRUE(journal.wait_for("acknowledge 1"));
}

TEST_F(LedgerAwayTest, CostsNoWorkerForLong) {
  answer(5ms);
  EXPECT_TRUE(journal.wait_for("postpone 1"));
}

TEST_F(LedgerAwayTest, IsWaitedForLongerWhereTheMessageDoesNotComeAgain) {
  settler.queue_gone = true;
  answer(5ms);
  ASSERT_TRUE(support::wait_until([&] { return shared.asked >= 20; }));
  shared.away = false;
  EXPECT_TRUE(journal.wait_for("answer x"));
}

TEST_F(LedgerAwayTest, IsWaitedForBeforeTheOriginalFollowsARejectedAnswer) {
  shared.away = false;
  shared.away_for_rejections = true;
  platform.refused_answers = 1;
  answer(1h);
  ASSERT_TRUE(support::wait_until([&] { return shared.asked >= 3; }));
  EXPECT_THAT(platform.sent_bundles, SizeIs(1));
  shared.away_for_rejections = false;
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  ASSERT_THAT(platform.sent_bundles, SizeIs(2));
  EXPECT_EQ(objects_in(platform.sent_bundles.back()), 1U);
}

TEST_F(LedgerAwayTest, ARejectionThatIsNotRecordedGivesTheMessageBack) {
  shared.away = false;
  shared.away_for_rejections = true;
  platform.refused_answers = 1;
  answer(5ms);
  ASSERT_TRUE(journal.wait_for("postpone 1"));
  EXPECT_THAT(platform.sent_bundles, SizeIs(1));
}

TEST_F(PlaybookAnswerTest, ARejectionThatCannotBeStoredIsStoredBeforeTheNextDelivery) {
  ASSERT_TRUE(ledger.begin("key", "content", 0));
  ASSERT_TRUE(
      store.run("CREATE TRIGGER full BEFORE UPDATE ON playbook_answers BEGIN SELECT "
                "RAISE(FAIL, 'full'); END"));
  EXPECT_FALSE(ledger.rejected("key"));
  EXPECT_FALSE(ledger.begin("key", "content", 0));
  ASSERT_TRUE(store.run("DROP TRIGGER full"));
  const auto entry = ledger.begin("key", "content", 0);
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->changed, std::nullopt);
  FilePlaybooks after_a_restart(store, log);
  EXPECT_EQ(after_a_restart.begin("key", "content", 0)->changed, std::nullopt);
}

TEST(PlaybookLedgerTest, KeepsTheNewestStepsWithoutTheContentOfAnsweredOnes) {
  const telemetry::Log log{
      {.level = telemetry::Level::error, .name = "n", .json = true, .write = [](std::string_view) {
       }}};
  storage::Database store{storage::DatabaseOptions{}, log};
  FilePlaybooks ledger(store, log);
  std::ignore = ledger.begin("first", "content", 0);
  ledger.answered("first");
  ASSERT_TRUE(*ledger.find("first"));
  EXPECT_TRUE((*ledger.find("first"))->answered);
  EXPECT_EQ((*ledger.find("first"))->changed, std::nullopt);
  for (int i = 0; i < 10'000; ++i) std::ignore = ledger.begin(std::to_string(i), std::nullopt, 0);
  EXPECT_FALSE(*ledger.find("first"));
  EXPECT_TRUE(*ledger.find("0"));
}

}  // namespace
}  // namespace runtime
