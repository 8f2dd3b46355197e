// Stopping: what it waits for, and what it gives back.
#include <future>

#include "support/wait_until.hpp"
#include "unit/runtime/pipeline_fixture.hpp"

namespace runtime {
namespace {

using ::testing::ElementsAre;

TEST_F(PipelineTest, StoppingDoesNotWaitForStepsThatCannotSucceed) {
  std::atomic<bool> cannot_finish = false;
  lookup.held = {sha256_of(1)};
  pipeline.emplace(
      PipelineOptions{.workers = 1, .cannot_finish = [&] { return cannot_finish.load(); }},
      enricher, hand_over, playbooks, settler, *attempts, log);
  pipeline->take(delivery(1));
  ASSERT_TRUE(journal.wait_for("ask 1"));
  cannot_finish = true;
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_FALSE(pipeline->finish(std::chrono::minutes(5)));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::minutes(1));
  EXPECT_THAT(journal.entries("give back"), ElementsAre("give back 1"));
}

/// A pipeline whose calls are retried after hours.
class SlowPipelineTest : public PipelineTest {
 protected:
  Patience slow{settler, {.between = {1h, 1h}}};
  HandOver slowly{{platform, output, slow, sent, [] {}}};
  const opencti::Error denied{opencti::ErrorKind::forbidden, "FORBIDDEN_ACCESS"};

  void start(int workers) {
    pipeline.emplace(PipelineOptions{.workers = workers}, enricher, slowly, playbooks, settler,
                     *attempts, log);
  }
  void wait_until_denied() {
    ASSERT_TRUE(support::wait_until([this] { return slow.denied().count() == 1; }));
  }
};

TEST_F(SlowPipelineTest, StoppingDoesNotWaitForARightToReadAnObject) {
  platform.read_error = denied;
  start(2);
  pipeline->take(delivery(1));
  wait_until_denied();
  EXPECT_FALSE(pipeline->finish(24h));
  EXPECT_THAT(journal.entries("give back"), ElementsAre("give back 1"));
}

TEST_F(SlowPipelineTest, StoppingDoesNotWaitForARightToReportOnAWork) {
  platform.close_errors = 1000;
  platform.close_error = denied;
  start(2);
  pipeline->take(delivery(1));
  wait_until_denied();
  EXPECT_FALSE(pipeline->finish(24h));
  EXPECT_THAT(journal.entries("give back"), ElementsAre("give back 1"));
}

TEST_F(SlowPipelineTest, StoppingWaitsForOthersBesideAMessageThatWaitsForARight) {
  lookup.held = {sha256_of(1)};
  start(2);
  pipeline->take(delivery(1));
  ASSERT_TRUE(journal.wait_for("ask 1"));
  platform.read_error = denied;
  pipeline->take(delivery(2));
  wait_until_denied();
  auto finished = std::async(std::launch::async, [this] { return pipeline->finish(24h); });
  lookup.release(sha256_of(1));
  EXPECT_FALSE(finished.get());
  EXPECT_THAT(journal.entries("acknowledge"), ElementsAre("acknowledge 1"));
  EXPECT_THAT(journal.entries("give back"), ElementsAre("give back 2"));
}

TEST_F(SlowPipelineTest, StoppingWaitsForARightIfTheMessageCannotBeDeliveredAgain) {
  settler.queue_gone = true;
  platform.read_error = denied;
  start(1);
  pipeline->take(delivery(1));
  ASSERT_TRUE(journal.wait_for("read file--1"));
  EXPECT_FALSE(pipeline->finish(1s));
  EXPECT_EQ(slow.denied().count(), 0U);
}

TEST_F(PipelineTest, StoppingFinishesMessagesThatAreNotDeliveredAgain) {
  lookup.held = {sha256_of(1)};
  start(1);
  for (int i = 1; i <= 3; ++i) pipeline->take(delivery(i));
  ASSERT_TRUE(journal.wait_for("ask 1"));
  settler.queue_gone = true;
  auto finished = std::async(std::launch::async, [this] { return pipeline->finish(24h); });
  pipeline->take(delivery(4));
  lookup.release(sha256_of(1));
  EXPECT_TRUE(finished.get());
  EXPECT_EQ(pipeline->lost(), 0);
  EXPECT_THAT(journal.entries("close"),
              ::testing::IsSupersetOf({"close work_1", "close work_2", "close work_3"}));
}

TEST_F(PipelineTest, AnUnfinishedMessageThatIsNotDeliveredAgainIsCountedAsLost) {
  lookup.held = {sha256_of(1)};
  start(1);
  for (int i = 1; i <= 3; ++i) pipeline->take(delivery(i));
  ASSERT_TRUE(journal.wait_for("ask 1"));
  settler.queue_gone = true;
  EXPECT_FALSE(pipeline->finish(1ms));
  EXPECT_EQ(pipeline->lost(), 3);
  EXPECT_THAT(journal.entries("give back"), ::testing::IsEmpty());
}

}  // namespace
}  // namespace runtime
