#include <gtest/gtest.h>

#include "runtime/file_attempts.hpp"
#include "support/log_lines.hpp"
#include "support/temporary_folder.hpp"

namespace runtime {
namespace {

class AttemptsTest : public ::testing::Test {
 protected:
  void SetUp() override { restart(); }
  /// Another process, which finds what the last one left behind.
  void restart() {
    attempts.reset();
    store.reset();
    store.emplace(storage::DatabaseOptions{.path = path}, lines.log());
    attempts.emplace(*store, lines.log());
  }
  void begin(const std::string& key) {
    attempts->begun(key, attempts->before(key), Attempts::died);
  }

  support::TemporaryFolder folder;
  std::string path = folder.path() / "store.db";
  support::LogLines lines;
  std::optional<storage::Database> store;
  std::optional<FileAttempts> attempts;
};

TEST_F(AttemptsTest, CountsEachProcessThatDiedInIt) {
  for (int died = 0; died <= 3; ++died) {
    EXPECT_EQ(attempts->before("a").attempts, died);
    EXPECT_EQ(attempts->before("a").died, died > 0);
    begin("a");
    restart();
  }
}

TEST_F(AttemptsTest, TellsWhetherItDiedBeforeTheMessageWasRead) {
  for (const auto& [dying, reading] : {std::pair{Attempts::died, false},
                                       {Attempts::died_reading, true},
                                       {Attempts::died_salvaging, true}}) {
    attempts->begun("a", {}, dying);
    restart();
    EXPECT_TRUE(attempts->before("a").died);
    EXPECT_EQ(attempts->before("a").died_reading, reading) << dying;
    EXPECT_EQ(attempts->before("a").reason, dying);
  }
}

TEST_F(AttemptsTest, ACountThatNobodyCanHaveWrittenIsAllThatThereCanBe) {
  ASSERT_TRUE(store->run("INSERT INTO attempts VALUES ('a', 9223372036854775807, 'r')"));
  ASSERT_TRUE(store->run("INSERT INTO attempts VALUES ('b', -9223372036854775808, 'r')"));
  restart();
  EXPECT_EQ(attempts->before("a").attempts, Attempts::most_of_all);
  EXPECT_EQ(attempts->before("b").attempts, 0);
  attempts->failed("a", attempts->before("a"), "r");
  EXPECT_GT(attempts->before("a").attempts, Attempts::most_of_all);
}

TEST_F(AttemptsTest, WhatOnlyWaitedIsNotCounted) {
  begin("culprit");
  begin("waits");
  attempts->not_begun("waits", attempts->before("waits"));
  restart();
  EXPECT_EQ(attempts->before("waits").attempts, 0);
  EXPECT_EQ(attempts->before("untouched").attempts, 0);
  EXPECT_EQ(attempts->before("culprit").attempts, 1);
  begin("culprit");
  attempts->not_begun("culprit", attempts->before("culprit"));
  restart();
  EXPECT_EQ(attempts->before("culprit").attempts, 1);
}

TEST_F(AttemptsTest, WhatThisProcessBeganIsNotCountedWhileItLives) {
  begin("a");
  EXPECT_EQ(attempts->before("a").attempts, 0) << "its connection broke, and it comes again";
}

TEST_F(AttemptsTest, AnEndStartsTheCountAnew) {
  begin("a");
  restart();
  begin("a");
  attempts->over("a");
  EXPECT_EQ(attempts->before("a").attempts, 0);
  restart();
  EXPECT_EQ(attempts->before("a").attempts, 0);
}

TEST_F(AttemptsTest, TellsWhyTheLastOneFailed) {
  begin("a");
  attempts->failed("a", {}, "a defect");
  EXPECT_EQ(attempts->before("a").attempts, 1);
  restart();
  EXPECT_EQ(attempts->before("a").attempts, 1);
  EXPECT_EQ(attempts->before("a").reason, "a defect");
  EXPECT_FALSE(attempts->before("a").died);
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

}  // namespace
}  // namespace runtime
