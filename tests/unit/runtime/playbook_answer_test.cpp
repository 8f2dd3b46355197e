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
    pipeline->take({{1, 1}, playbook_about(testing::file_object(1)), redelivered});
  }
  /// As by another process, with the same store.
  void start_again() {
    pipeline.reset();
    settler.still_ours = true;
    start(1);
  }
  /// The step is answered again and again, in vain, and then taken back by the broker.
  void answer_in_vain() {
    platform.refusal = opencti::ErrorKind::no_answer;
    platform.refused_answers = 1'000'000;
    start_again();
    take();
    ASSERT_TRUE(journal.wait_for("answer in vain x"));
    settler.still_ours = false;
    ASSERT_TRUE(journal.wait_for("give back 1"));
    pipeline.reset();
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
        {{1, number}, playbook_about(testing::file_object(static_cast<int>(kind))), false});
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
  pipeline->take({{1, 2}, playbook_about(testing::file_object(1)), true});
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

TEST_F(PlaybookAnswerTest, ThatWasNotTakenIsNotToldAsSent) {
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
  const auto body = playbook_about(testing::file_object(1));
  const auto key = PlaybookLedger::key_of({.execution_id = "x"}, Attempts::key_of(body));
  std::ignore = ledger.begin(key, R"({"objects":[1,2]})");
  ledger.refused(key);
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

TEST_F(PlaybookAnswerTest, WhatThePlatformItselfFailsOnIsTriedThreeTimes) {
  platform.refusal = opencti::ErrorKind::internal;
  platform.refused_answers = 3;
  start_again();
  take();
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(platform.sent_bundles, AllOf(SizeIs(3), Each(platform.sent_bundles.front())));
}

TEST_F(PlaybookAnswerTest, OfTwoDeliveriesAtOnceIsTheSame) {
  EXPECT_EQ(ledger.begin("key", "first")->changed, "first");
  EXPECT_EQ(ledger.begin("key", "second")->changed, "first");
  EXPECT_EQ(ledger.begin("key", std::nullopt)->changed, "first");
}

TEST_F(PlaybookAnswerTest, WithoutAStoreIsGivenAllTheSame) {
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

/// As where replicas share one, and its server does not answer.
class LedgerThatIsAway final : public PlaybookLedger {
 public:
  storage::Result<std::optional<Entry>> find(const std::string& key) override {
    ++asked;
    return away ? tl::unexpected(storage::Error{"away"})
                : storage::Result<std::optional<Entry>>(own.find(key));
  }
  storage::Result<Entry> begin(const std::string& key,
                               const std::optional<std::string>& changed) override {
    return away ? tl::unexpected(storage::Error{"away"}) : own.begin(key, changed);
  }
  void refused(const std::string& key) override { own.refused(key); }
  void answered(const std::string& key) override { own.answered(key); }

  explicit LedgerThatIsAway(PlaybookLedger& behind) : own(behind) {}
  PlaybookLedger& own;
  std::atomic<bool> away = true;
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
    pipeline->take({{1, 1}, playbook_about(testing::file_object(1))});
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

TEST(PlaybookLedgerTest, KeepsNoContentOfWhatIsAnsweredAndTheNewestSteps) {
  const telemetry::Log log{
      {.level = telemetry::Level::error, .name = "n", .json = true, .write = [](std::string_view) {
       }}};
  storage::Database store{storage::DatabaseOptions{}, log};
  FilePlaybooks ledger(store, log);
  std::ignore = ledger.begin("first", "content");
  ledger.answered("first");
  ASSERT_TRUE(*ledger.find("first"));
  EXPECT_TRUE((*ledger.find("first"))->answered);
  EXPECT_EQ((*ledger.find("first"))->changed, std::nullopt);
  for (int i = 0; i < 10'000; ++i) std::ignore = ledger.begin(std::to_string(i), std::nullopt);
  EXPECT_FALSE(*ledger.find("first"));
  EXPECT_TRUE(*ledger.find("0"));
}

}  // namespace
}  // namespace runtime
