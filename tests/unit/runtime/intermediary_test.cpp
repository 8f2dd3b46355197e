// An answer that does not come from the platform itself settles no message, and no message is lost
// because a queue is gone.
#include "support/wait_until.hpp"
#include "unit/runtime/pipeline_fixture.hpp"

namespace runtime {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class IntermediaryTest : public PipelineTest {};

TEST_F(IntermediaryTest, AReportThatNobodyAcceptedHoldsTheMessage) {
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

/// The platform answers about other messages, but not about this one.
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

TEST_F(StuckTest, AReportOnWhichThePlatformFailsEachTimeIsPutOffAndThenDropped) {
  platform.close_errors = 1'000'000;
  platform.close_error = {opencti::ErrorKind::internal, "it fails"};
  for (int i = 0; i < Attempts::give_up_after; ++i) take_and_postpone(i);
  take(message_about(1), true);
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries("close"), IsEmpty());
  pipeline.reset();
  EXPECT_EQ(lines.count("ERROR", "The platform itself fails on each request about this message"),
            3);
  EXPECT_EQ(lines.count("ERROR", "The platform did not accept the report on the work"), 1);
}

TEST_F(StuckTest, AStepOnWhichThePlatformFailsEachTimeIsPutOffAndThenGivenUpWithOneContent) {
  platform.refusal = opencti::ErrorKind::internal;
  platform.refused_answers = 1'000'000;
  const auto body = playbook_about(fakes::file_object(1));
  for (std::size_t i = 0; i < Attempts::give_up_after; ++i) {
    take(body, i > 0);
    ASSERT_TRUE(support::wait_until([&] { return journal.entries("postpone 1").size() == i + 1; }));
  }
  take(body, true);
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  pipeline.reset();
  EXPECT_THAT(platform.sent_bundles, Each(platform.sent_bundles.front()));
  EXPECT_GE(lines.count("ERROR", "The platform did not accept the repeated answer"), 1);
}

TEST_F(StuckTest, ABlockedMessageIsPostponedAndThenGivenUp) {
  platform.close_errors = 1'000'000;
  platform.close_error = {opencti::ErrorKind::intermediary, "a page"};
  for (int i = 0; i < Attempts::give_up_after; ++i) take_and_postpone(i);
  platform.close_errors = 0;
  take(message_about(1), true);
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries("close"), ElementsAre("close work_1 in error"));
  pipeline.reset();
}

TEST_F(StuckTest, ItIsNotDroppedBeforeThePlatformKnowsOfIt) {
  platform.close_errors = 1'000'000;
  platform.close_error = {opencti::ErrorKind::intermediary, "a page"};
  for (int i = 0; i <= Attempts::drop_after; ++i) take_and_postpone(i);
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
  const auto body = playbook_about(fakes::file_object(1));
  for (int i = 0; i <= Attempts::give_up_after + 1; ++i) {
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

TEST_F(StuckTest, DuringAnOutageOfAllTheMessageIsHeld) {
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

TEST_F(IntermediaryTest, AMessageThatTheBrokerLostIsFinishedAndNotSettled) {
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

TEST_F(IntermediaryTest, AMessageOfADeletedQueueIsFinishedHoweverLongThatTakes) {
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
