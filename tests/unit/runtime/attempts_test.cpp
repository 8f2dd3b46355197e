#include <gtest/gtest.h>

#include "runtime/attempts_in_progress.hpp"
#include "runtime/file_attempts.hpp"
#include "support/log_lines.hpp"
#include "support/temporary_folder.hpp"

namespace runtime {
namespace {

class AttemptsTest : public ::testing::Test {
 protected:
  void SetUp() override { restart(); }
  /// Simulates a new process that reads the store of the previous one.
  void restart() {
    attempts.reset();
    store.reset();
    store.emplace(storage::DatabaseOptions{.path = path}, lines.log());
    attempts.emplace(*store, lines.log());
  }
  void begin(const std::string& key) {
    attempts->begun(key, attempts->find(key), Attempts::crashed);
  }

  Job job_with_key(std::string key) { return {.log = lines.log(), .key = std::move(key)}; }

  support::TemporaryFolder folder;
  std::string path = folder.path() / "store.db";
  support::LogLines lines;
  std::optional<storage::Database> store;
  std::optional<FileAttempts> attempts;
};

TEST_F(AttemptsTest, CountsEachProcessThatDiedInIt) {
  for (int died = 0; died <= 3; ++died) {
    EXPECT_EQ(attempts->find("a").attempts, died);
    EXPECT_EQ(attempts->find("a").crashed, died > 0);
    begin("a");
    restart();
  }
}

TEST_F(AttemptsTest, ReportsWhetherItDiedBeforeTheMessageWasRead) {
  for (const auto& [crash_reason, reading] : {std::pair{Attempts::crashed, false},
                                              {Attempts::crashed_reading, true},
                                              {Attempts::crashed_salvaging, true}}) {
    attempts->begun("a", {}, crash_reason);
    restart();
    EXPECT_TRUE(attempts->find("a").crashed);
    EXPECT_EQ(attempts->find("a").crashed_reading, reading) << crash_reason;
    EXPECT_EQ(attempts->find("a").reason, crash_reason);
  }
}

TEST_F(AttemptsTest, ACountThatNobodyCanHaveWrittenIsAllThatThereCanBe) {
  ASSERT_TRUE(store->run("INSERT INTO attempts VALUES ('a', 9223372036854775807, 'r')"));
  ASSERT_TRUE(store->run("INSERT INTO attempts VALUES ('b', -9223372036854775808, 'r')"));
  restart();
  EXPECT_EQ(attempts->find("a").attempts, Attempts::drop_after);
  EXPECT_EQ(attempts->find("b").attempts, 0);
  attempts->failed("a", attempts->find("a"), "r");
  EXPECT_GT(attempts->find("a").attempts, Attempts::drop_after);
}

TEST_F(AttemptsTest, AMessageThatOnlyWaitedIsNotCounted) {
  begin("culprit");
  begin("waits");
  attempts->not_begun("waits", attempts->find("waits"));
  restart();
  EXPECT_EQ(attempts->find("waits").attempts, 0);
  EXPECT_EQ(attempts->find("untouched").attempts, 0);
  EXPECT_EQ(attempts->find("culprit").attempts, 1);
  begin("culprit");
  attempts->not_begun("culprit", attempts->find("culprit"));
  restart();
  EXPECT_EQ(attempts->find("culprit").attempts, 1);
}

TEST_F(AttemptsTest, AttemptsOfThisProcessAreNotCountedWhileItLives) {
  begin("a");
  EXPECT_EQ(attempts->find("a").attempts, 0)
      << "the connection broke, and the message was delivered again";
}

TEST_F(AttemptsTest, AnEndResetsTheCount) {
  begin("a");
  restart();
  begin("a");
  attempts->over("a");
  EXPECT_EQ(attempts->find("a").attempts, 0);
  restart();
  EXPECT_EQ(attempts->find("a").attempts, 0);
}

TEST_F(AttemptsTest, ReportsWhyTheLastOneFailed) {
  begin("a");
  attempts->failed("a", {}, "a defect");
  EXPECT_EQ(attempts->find("a").attempts, 1);
  restart();
  EXPECT_EQ(attempts->find("a").attempts, 1);
  EXPECT_EQ(attempts->find("a").reason, "a defect");
  EXPECT_FALSE(attempts->find("a").crashed);
}

TEST_F(AttemptsTest, IsBounded) {
  restart();
  ASSERT_TRUE(
      store->run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
                 "10000) INSERT INTO attempts SELECT 'old ' || i, 1, '' FROM n"));
  begin("new");
  const auto rows =
      store->run("SELECT count(*), sum(key = 'old 1'), sum(key = 'new') FROM attempts");
  ASSERT_TRUE(rows);
  EXPECT_EQ(storage::number(rows->front().at(0)), 10'000);
  EXPECT_EQ(storage::number(rows->front().at(1)), 0);
  EXPECT_EQ(storage::number(rows->front().at(2)), 1);
}

TEST_F(AttemptsTest, AMessageIsNamedByTheDigestOfItsBody) {
  EXPECT_EQ(Attempts::key_of("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_NE(Attempts::key_of("abc"), Attempts::key_of("abd"));
}

// --- messages in progress ---

TEST_F(AttemptsTest, ACrashCountsForNoMessageInProgressWhileItIsSpared) {
  const auto job = job_with_key("in progress");
  {
    AttemptsInProgress in_progress(*attempts);
    in_progress.begun(job, Attempts::crashed);
    const AttemptsInProgress::Spared spared(in_progress);
    restart();
    EXPECT_EQ(attempts->find("in progress").attempts, 0);
  }
}

TEST_F(AttemptsTest, AfterwardsACrashCountsAgain) {
  const auto job = job_with_key("in progress");
  AttemptsInProgress in_progress(*attempts);
  in_progress.begun(job, Attempts::crashed);
  { const AttemptsInProgress::Spared spared(in_progress); }
  restart();
  EXPECT_EQ(attempts->find("in progress").attempts, 1);
}

TEST_F(AttemptsTest, AMessageThatEndedIsNotBegunAgainWhenOthersAreSpared) {
  const auto job = job_with_key("ended");
  AttemptsInProgress in_progress(*attempts);
  in_progress.begun(job, Attempts::crashed);
  in_progress.over(job);
  { const AttemptsInProgress::Spared spared(in_progress); }
  restart();
  EXPECT_EQ(attempts->find("ended").attempts, 0);
}

}  // namespace
}  // namespace runtime
