#include <gmock/gmock.h>

#include <limits>

#include "runtime/file_sent.hpp"
#include "support/log_lines.hpp"
#include "support/temporary_folder.hpp"

namespace runtime {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class SentResultsTest : public ::testing::Test {
 protected:
  static SentResult result(const std::string& key, const std::string& work = "work_1") {
    return {.key = key,
            .work_id = opencti::WorkId(work),
            .announced = 2,
            .draft_id = opencti::DraftId("draft"),
            .applicant_id = "applicant",
            .entity_id = opencti::EntityId("file--1"),
            .bundles = {R"({"objects":[1]})", R"({"objects":[2]})"}};
  }
  SentResultsOptions options() {
    return {.max_bytes = 100,
            .max_results = 3,
            .first_check = 60s,
            .write_again_after = 1h,
            .now = [this] { return now; }};
  }
  std::vector<std::string> due() {
    std::vector<std::string> keys;
    for (const auto& one : sent.due(10)) keys.push_back(one.key);
    return keys;
  }

  std::chrono::system_clock::time_point now{1000h};
  support::LogLines lines;
  storage::Database store{storage::DatabaseOptions{}, lines.log()};
  FileSent sent{options(), store, lines.log()};
};

TEST_F(SentResultsTest, AResultIsKeptWithAllThatIsNeededToSendItAgain) {
  ASSERT_TRUE(sent.keep(result("a")));
  const auto read = sent.read("a");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->work_id.text(), "work_1");
  EXPECT_EQ(read->announced, 2);
  EXPECT_EQ(read->draft_id.text(), "draft");
  EXPECT_EQ(read->applicant_id, "applicant");
  EXPECT_EQ(read->entity_id.text(), "file--1");
  EXPECT_EQ(read->bundles, result("a").bundles);
}

TEST_F(SentResultsTest, ImpossibleFiguresAreReadAsTheNearestPossibleOnes) {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
  ASSERT_TRUE(store.run("INSERT INTO sent VALUES ('a', 'work_1', ?, '', '', '', ?, ?, ?, ?, '')",
                        {most, least, least, most, most}));
  const auto found = sent.due(10);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found.front().sent.time_since_epoch(), 0s);
  EXPECT_GT(found.front().checks, 1'000);
  EXPECT_GT(found.front().announced, 1'000'000);
  EXPECT_FALSE(FileSent(options(), store, lines.log()).has_room(10));
  ASSERT_TRUE(store.run("UPDATE sent SET at = ?, due = ?", {most, most}));
  const auto late = sent.due(10);
  ASSERT_THAT(late, SizeIs(1)) << "a clock that was set back does not hide the result";
  EXPECT_GT(late.front().due, now);
}

TEST_F(SentResultsTest, AResultIsDueAfterAWhileAndAgainAfterAPause) {
  ASSERT_TRUE(sent.keep(result("a")));
  EXPECT_THAT(due(), IsEmpty());
  now += 60s;
  EXPECT_THAT(due(), ElementsAre("a"));
  sent.postpone({{"a", 5min}});
  EXPECT_THAT(due(), IsEmpty());
  now += 5min;
  EXPECT_EQ(sent.due(10).at(0).checks, 1);
}

TEST_F(SentResultsTest, AClockThatIsSetBackPutsNothingOffForLong) {
  ASSERT_TRUE(sent.keep(result("a")));
  now -= 100h;
  EXPECT_THAT(due(), ElementsAre("a"));
}

TEST_F(SentResultsTest, IsBoundedInNumberAndInBytes) {
  EXPECT_TRUE(sent.has_room(100));
  EXPECT_FALSE(sent.has_room(101));
  for (const auto* key : {"a", "b", "c"}) ASSERT_TRUE(sent.keep(result(key)));
  EXPECT_FALSE(sent.has_room(1));
  sent.forget({"a", "b"});
  EXPECT_TRUE(sent.has_room(1));
  EXPECT_EQ(sent.size(), 1);
}

TEST_F(SentResultsTest, TwoMessagesOfOneWorkAreTwo) {
  ASSERT_TRUE(sent.keep(result("a")));
  ASSERT_TRUE(sent.keep(result("b")));
  EXPECT_EQ(sent.announced_by_others(opencti::WorkId("work_1"), "a"), 2);
  EXPECT_EQ(sent.announced_by_others(opencti::WorkId("work_2"), "a"), 0);
  EXPECT_EQ(sent.announced_for("a"), 2);
  EXPECT_EQ(sent.announced_for("c"), std::nullopt);
}

TEST_F(SentResultsTest, OutlivesTheProcessInAFile) {
  const support::TemporaryFolder folder;
  const auto file = folder.path() / "store";
  {
    storage::Database first{{.path = file}, lines.log()};
    FileSent before{options(), first, lines.log()};
    ASSERT_TRUE(before.keep(result("a")));
  }
  storage::Database second{{.path = file}, lines.log()};
  FileSent after{options(), second, lines.log()};
  EXPECT_EQ(after.size(), 1);
  EXPECT_TRUE(after.announced_for("a"));
}

TEST_F(SentResultsTest, AStoreThatFailsKeepsNothingAndIsNotUsedForAWhile) {
  ASSERT_TRUE(store.run("DROP TABLE sent"));
  EXPECT_TRUE(sent.has_room(1));
  EXPECT_FALSE(sent.keep(result("a")));
  EXPECT_FALSE(sent.has_room(1));
  EXPECT_FALSE(sent.announced_for("a"));
  EXPECT_THAT(due(), IsEmpty());
  EXPECT_EQ(lines.count("WARNING", "without their work's id"), 1);
}

TEST_F(SentResultsTest, ADoneResultIsNotDueAgainThoughTheStoreCannotBeWrittenTo) {
  ASSERT_TRUE(sent.keep(result("a")));
  now += 1h;
  ASSERT_TRUE(
      store.run("CREATE TRIGGER full BEFORE DELETE ON sent BEGIN SELECT RAISE(FAIL, 'full'); "
                "END"));
  sent.forget({"a"});
  EXPECT_THAT(due(), IsEmpty());
  ASSERT_TRUE(store.run("DROP TRIGGER full"));
  EXPECT_THAT(due(), IsEmpty());
  EXPECT_EQ(sent.size(), 0);
}

}  // namespace
}  // namespace runtime
