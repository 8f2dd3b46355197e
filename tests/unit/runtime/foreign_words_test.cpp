// What others than the platform say settles no message; nor does a queue that is gone lose one.
#include "support/wait_until.hpp"
#include "unit/runtime/pipeline_fixture.hpp"

namespace runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ForeignWordsTest : public PipelineTest {};

TEST_F(ForeignWordsTest, AReportThatNobodyTookHoldsTheMessage) {
  for (const auto kind : {opencti::ErrorKind::no_answer, opencti::ErrorKind::intermediary,
                          opencti::ErrorKind::untrusted, opencti::ErrorKind::unreachable}) {
    platform.close_errors = 30;
    platform.close_error = {kind, "nobody"};
    const auto number = 10 + static_cast<int>(kind);
    start().take(delivery(number));
    ASSERT_TRUE(journal.wait_for("acknowledge " + std::to_string(number)));
    pipeline.reset();
    EXPECT_EQ(platform.close_errors, 0);
    EXPECT_THAT(journal.entries("close work_" + std::to_string(number)), SizeIs(1));
  }
}

/// Others are answered, this message is not.
class StuckTest : public PipelineTest {
 protected:
  Patience impatient{
      settler,
      {.between = {1ms, 2ms}, .heard_since = [](auto) { return true; }, .stuck_after = 1ms}};
  HandOver handing_over{{platform, output, impatient, sent, [] {}}};
  PlaybookAnswer answering{{platform, impatient, ledger, {1ms, 2ms}}};

  void take(const std::string& body, bool redelivered) {
    pipeline.emplace(PipelineOptions{.workers = 1}, enricher, handing_over, answering, settler,
                     *attempts, log);
    pipeline->take({{1, 1}, body, redelivered});
  }
  void take_and_postpone(int earlier) {
    take(message_about(1), earlier > 0);
    ASSERT_TRUE(support::wait_until([&] {
      return journal.entries("postpone 1").size() == static_cast<std::size_t>(earlier) + 1;
    }));
  }
};

TEST_F(StuckTest, AMessageToWhichAloneNobodyAnswersIsPutOffAndThenGivenUp) {
  platform.close_errors = 1'000'000;
  platform.close_error = {opencti::ErrorKind::intermediary, "a page"};
  for (int i = 0; i < Attempts::most; ++i) take_and_postpone(i);
  platform.close_errors = 0;
  take(message_about(1), true);
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries("close"), ElementsAre("close work_1 in error"));
  pipeline.reset();
}

TEST_F(StuckTest, ItIsNotDroppedBeforeThePlatformKnowsOfIt) {
  platform.close_errors = 1'000'000;
  platform.close_error = {opencti::ErrorKind::intermediary, "a page"};
  for (int i = 0; i <= Attempts::most_of_all; ++i) take_and_postpone(i);
  EXPECT_THAT(journal.entries("reject"), IsEmpty());
  pipeline.reset();
}

TEST_F(StuckTest, AMessageWhoseQueueIsGoneIsFinishedHoweverLongThatTakes) {
  platform.close_errors = 50;
  platform.close_error = {opencti::ErrorKind::intermediary, "a page"};
  settler.queue_gone = true;
  take(message_about(1), false);
  ASSERT_TRUE(journal.wait_for("close work_1"));
  pipeline.reset();
  EXPECT_THAT(journal.entries("postpone"), IsEmpty());
}

TEST_F(StuckTest, AStepOfAPlaybookIsNeverGivenUpAndKeepsItsContent) {
  platform.refused_answers = 1'000'000;
  platform.refusal = opencti::ErrorKind::intermediary;
  const auto body = playbook_about(testing::file_object(1));
  for (int i = 0; i <= Attempts::most + 1; ++i) {
    take(body, i > 0);
    ASSERT_TRUE(support::wait_until(
        [&] { return journal.entries("postpone 1").size() == static_cast<std::size_t>(i) + 1; }));
  }
  platform.refused_answers = 0;
  take(body, true);
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  pipeline.reset();
  EXPECT_THAT(platform.sent_bundles, ::testing::Each(platform.sent_bundles.front()));
}

TEST_F(StuckTest, AnOutageOfAllIsWaitedOutWithTheMessageInHand) {
  const Patience deaf{
      settler,
      {.between = {1ms, 2ms}, .heard_since = [](auto) { return false; }, .stuck_after = 1ms}};
  const HandOver waiting{{platform, output, deaf, sent, [] {}}};
  platform.close_errors = 100;
  platform.close_error = {opencti::ErrorKind::intermediary, "a page"};
  pipeline.emplace(PipelineOptions{.workers = 1}, enricher, waiting, answering, settler, *attempts,
                   log);
  pipeline->take(delivery(1));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  pipeline.reset();
  EXPECT_THAT(journal.entries("postpone"), IsEmpty());
}

TEST_F(ForeignWordsTest, WhatTheBrokerDoesNotHaveAnyMoreIsFinishedAndNotSettled) {
  lookup.held = {sha256_of(1)};
  start().take(delivery(1));
  ASSERT_TRUE(journal.wait_for("ask 1"));
  settler.queue_gone = true;
  lookup.release(sha256_of(1));
  ASSERT_TRUE(journal.wait_for("close work_1"));
  EXPECT_TRUE(pipeline->finish(10s));
  EXPECT_THAT(journal.entries("publish"), ElementsAre("publish work_1"));
  EXPECT_THAT(journal.entries("acknowledge"), IsEmpty());
  EXPECT_THAT(journal.entries("give back"), IsEmpty());
}

TEST_F(ForeignWordsTest, WhatIsGoneIsFinishedHoweverLongThatTakes) {
  settler.queue_gone = true;
  platform.close_errors = 20;
  platform.close_error = {opencti::ErrorKind::unreachable, "down"};
  pipeline.emplace(PipelineOptions{.workers = 1, .message_timeout = 0ms}, enricher, hand_over,
                   playbooks, settler, *attempts, log);
  pipeline->take(delivery(1));
  ASSERT_TRUE(journal.wait_for("close work_1"));
}

}  // namespace
}  // namespace runtime
