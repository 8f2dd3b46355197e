#include "runtime/attempts.hpp"

#include <gtest/gtest.h>

#include "support/log_lines.hpp"
#include "support/temporary_folder.hpp"

namespace runtime {
namespace {

opencti::Message of_work(const std::string& id) {
  opencti::Message message;
  message.work_id = id;
  return message;
}

class AttemptsTest : public ::testing::Test {
 protected:
  /// A delivery of this message, by a process that was just started.
  Job delivered(const std::string& key, bool redelivered) {
    restart();
    return Job{.redelivered = redelivered,
               .log = lines.log(),
               .key = key,
               .before = attempts->before(key, redelivered)};
  }
  void restart() {
    attempts.reset();
    store.reset();
    store.emplace(storage::DatabaseOptions{.path = path}, lines.log());
    attempts.emplace(*store, lines.log());
  }

  support::TemporaryFolder folder;
  std::string path = folder.path() / "store.db";
  support::LogLines lines;
  std::optional<storage::Database> store;
  std::optional<Attempts> attempts;
};

TEST_F(AttemptsTest, CountsEachProcessThatDied) {
  EXPECT_EQ(delivered("work_1", false).before.attempts, 0);
  for (int died = 1; died <= 3; ++died) {
    const auto job = delivered("work_1", true);
    EXPECT_EQ(job.before.attempts, died);
    attempts->begun(job);
  }
  EXPECT_EQ(delivered("work_1", true).before.attempts, 4);
  EXPECT_EQ(delivered("work_2", true).before.attempts, 1) << "another message";
}

TEST_F(AttemptsTest, AFirstDeliveryWritesNothing) {
  const auto job = delivered("work_1", false);
  attempts->begun(job);
  attempts->over(job);
  EXPECT_TRUE(store->run("SELECT * FROM attempts")->empty());
}

TEST_F(AttemptsTest, AnEndOfWhateverKindStartsTheCountAnew) {
  const auto first = delivered("work_1", true);
  attempts->begun(first);
  const auto second = delivered("work_1", true);
  attempts->begun(second);
  attempts->over(second);
  EXPECT_EQ(delivered("work_1", true).before.attempts, 1);
}

TEST_F(AttemptsTest, TellsWhyTheLastOneFailed) {
  const auto job = delivered("work_1", false);
  attempts->begun(job);
  attempts->failed(job, "a defect");
  const auto again = delivered("work_1", true);
  EXPECT_EQ(again.before.attempts, 1);
  EXPECT_EQ(again.before.reason, "a defect");
}

TEST_F(AttemptsTest, IsBounded) {
  restart();
  ASSERT_TRUE(
      store->run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
                 "10000) INSERT INTO attempts SELECT 'old ' || i, 1, '' FROM n"));
  attempts->begun(Job{.redelivered = true, .log = lines.log(), .key = "new"});
  const auto rows =
      store->run("SELECT count(*), sum(key = 'old 1'), sum(key = 'new') FROM attempts");
  ASSERT_TRUE(rows);
  EXPECT_EQ(storage::number(rows->front().at(0)), 10'000);
  EXPECT_EQ(storage::number(rows->front().at(1)), 0);
  EXPECT_EQ(storage::number(rows->front().at(2)), 1);
}

TEST_F(AttemptsTest, AMessageIsNamedByItsStepOrItsBodyForTwoCanHaveOneWork) {
  EXPECT_NE(Attempts::key_of(of_work("work_1"), "body"),
            Attempts::key_of(of_work("work_1"), "other"));
  opencti::Message step;
  step.playbook = opencti::PlaybookStep{.execution_id = "x", .step_id = "s"};
  EXPECT_EQ(Attempts::key_of(step, "body"), "step x s");
  EXPECT_EQ(Attempts::key_of({}, "body").size(), 64U);
  EXPECT_NE(Attempts::key_of({}, "body"), Attempts::key_of({}, "other"));
}

}  // namespace
}  // namespace runtime
