#include "runtime/import_watch.hpp"

#include <gmock/gmock.h>

#include "runtime/file_sent.hpp"
#include "support/log_lines.hpp"
#include "unit/runtime/fakes.hpp"

namespace runtime {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ImportWatchTest : public ::testing::Test {
 protected:
  /// Records a result as sent, for work_<number>.
  void send(int number, const std::string& work = {}) {
    const auto id = std::to_string(number);
    ASSERT_TRUE(sent.keep({.key = "key " + id,
                           .work_id = opencti::WorkId(work.empty() ? "work_" + id : work),
                           .announced = 2,
                           .draft_id = opencti::DraftId("draft"),
                           .entity_id = opencti::EntityId("file--" + id),
                           .bundles = {R"({"objects":[{"id":"a"},{"id":"b"}]})"}}));
  }
  static opencti::WorkState work(const std::string& id, bool complete,
                                 std::optional<std::int64_t> expected,
                                 std::optional<std::int64_t> processed) {
    return {.id = opencti::WorkId(id),
            .complete = complete,
            .was_complete = complete,
            .expected = expected,
            .processed = processed};
  }
  /// Waits, then lets the watch check. @returns the requests that it sent
  std::vector<std::string> check(std::chrono::system_clock::duration wait = 60s) {
    now += wait;
    const auto before = journal.entries().size();
    watch.check({});
    auto all = journal.entries();
    all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(before));
    return all;
  }

  std::chrono::system_clock::time_point now{1000h};
  support::LogLines lines;
  storage::Database store{storage::DatabaseOptions{}, lines.log()};
  FileSent sent{{.now = [this] { return now; }}, store, lines.log()};
  fakes::Journal journal;
  fakes::FakePlatform platform{journal};
  fakes::FakeOutput output{journal};
  ImportWatch watch{{.calls_per_result = 100, .now = [this] { return now; }},
                    platform,
                    output,
                    sent,
                    lines.log()};
};

TEST_F(ImportWatchTest, AnImportedResultIsForgotten) {
  send(1);
  platform.works = {work("work_1", true, 2, 2)};
  EXPECT_THAT(check(), ElementsAre("look at work_1"));
  EXPECT_EQ(sent.size(), 0);
  EXPECT_THAT(check(1h), IsEmpty());
}

TEST_F(ImportWatchTest, ManyAreLookedAtInOneRequest) {
  for (int number = 1; number <= 3; ++number) send(number);
  EXPECT_EQ(check().front(), "look at work_1 work_2 work_3");
}

TEST_F(ImportWatchTest, AResultClosedWithFewerObjectsIsSentAgainWithoutItsWork) {
  send(1);
  platform.works = {work("work_1", true, 2, 1)};
  platform.dead_works = {"work_1"};
  EXPECT_THAT(check(), ElementsAre("look at work_1", "alive work_1", "publish without work",
                                   "close work_1"));
  EXPECT_EQ(sent.size(), 0);
  EXPECT_EQ(lines.count("WARNING", "sent again"), 1);
  EXPECT_THAT(check(1h), IsEmpty());
}

TEST_F(ImportWatchTest, AResultClosedBeforeAnythingWasImportedIsSentAgain) {
  send(1);
  platform.works = {work("work_1", true, 2, std::nullopt)};
  platform.dead_works = {"work_1"};
  check();
  EXPECT_THAT(journal.entries("publish"), ElementsAre("publish without work"));
}

TEST_F(ImportWatchTest, AResultClosedAndReopenedByOurReportIsSentAgain) {
  send(1);
  auto reopened = work("work_1", false, std::nullopt, std::nullopt);
  reopened.was_complete = true;
  platform.works = {reopened};
  platform.dead_works = {"work_1"};
  check();
  EXPECT_THAT(journal.entries("publish"), ElementsAre("publish without work"));
}

TEST_F(ImportWatchTest, TheResultOfAWorkThatWasDeletedIsSentAgain) {
  send(1);
  platform.dead_works = {"work_1"};
  check();
  EXPECT_THAT(journal.entries("publish"), ElementsAre("publish without work"));
}

TEST_F(ImportWatchTest, AResultThatThePlatformStillAcceptsIsNotSentAgain) {
  for (int number = 1; number <= 4; ++number) send(number);
  for (int number = 1; number <= 4; ++number) {
    platform.works.push_back(work("work_" + std::to_string(number), true, 2, 1));
  }
  EXPECT_THAT(check(),
              ElementsAre("look at work_1 work_2 work_3 work_4", "alive work_1", "alive work_2"));
  EXPECT_EQ(sent.size(), 4);
}

TEST_F(ImportWatchTest, DeletedWorksSayNothingOfThoseThatWereClosed) {
  for (int number = 1; number <= 4; ++number) send(number);
  platform.dead_works = {"work_1", "work_2"};
  for (int number = 3; number <= 4; ++number) {
    platform.works.push_back(work("work_" + std::to_string(number), true, 2, 1));
  }
  check();
  EXPECT_THAT(journal.entries("alive"),
              ElementsAre("alive work_3", "alive work_4", "alive work_1", "alive work_2"));
  EXPECT_THAT(journal.entries("publish"), ::testing::SizeIs(2));
  EXPECT_THAT(journal.entries("close"), IsEmpty());
  EXPECT_EQ(sent.size(), 2);
}

TEST_F(ImportWatchTest, WhereTheFirstTwoAreDroppedAllAre) {
  for (int number = 1; number <= 4; ++number) {
    send(number);
    platform.dead_works.insert("work_" + std::to_string(number));
  }
  check();
  EXPECT_THAT(journal.entries("alive"), ElementsAre("alive work_1", "alive work_2"));
  EXPECT_THAT(journal.entries("publish"), ::testing::SizeIs(4));
}

TEST_F(ImportWatchTest, WhereTheyDifferEachIsAskedAbout) {
  for (int number = 1; number <= 4; ++number) {
    send(number);
    platform.works.push_back(work("work_" + std::to_string(number), true, 2, 1));
  }
  platform.dead_works = {"work_1", "work_4"};
  check();
  EXPECT_THAT(journal.entries("alive"), ::testing::SizeIs(4));
  EXPECT_THAT(journal.entries("close"), ElementsAre("close work_1", "close work_4"));
}

TEST_F(ImportWatchTest, AWorkUnderWayIsLookedAtLaterAndLater) {
  send(1);
  platform.works = {work("work_1", false, 2, 1)};
  EXPECT_THAT(check(), ElementsAre("look at work_1"));
  EXPECT_THAT(check(59s), IsEmpty());
  EXPECT_THAT(check(1s), ElementsAre("look at work_1"));
  EXPECT_THAT(check(119s), IsEmpty());
  EXPECT_THAT(check(1s), ElementsAre("look at work_1"));
}

TEST_F(ImportWatchTest, AResultNotImportedForADayIsSentAgainWhateverThePlatformSays) {
  send(1);
  platform.works = {work("work_1", false, 2, 1)};
  check();
  EXPECT_THAT(check(25h), ElementsAre("look at work_1", "publish without work", "close work_1"));
  EXPECT_EQ(sent.size(), 0);
}

TEST_F(ImportWatchTest, TwoResultsOfOneWorkAreImportedWhenBothAre) {
  send(1, "work_x");
  send(2, "work_x");
  platform.works = {work("work_x", true, 2, 2)};
  platform.dead_works = {"work_x"};
  check();
  EXPECT_THAT(journal.entries("publish"), ::testing::SizeIs(2));
  send(3, "work_y");
  send(4, "work_y");
  platform.works = {work("work_y", true, 4, 4)};
  EXPECT_THAT(check(), ElementsAre("look at work_y"));
  EXPECT_EQ(sent.size(), 0);
}

TEST_F(ImportWatchTest, AResultThatCannotBeSentAgainNowIsSentLater) {
  send(1);
  platform.works = {work("work_1", true, 2, 1)};
  platform.dead_works = {"work_1"};
  output.failures = 1;
  check();
  EXPECT_EQ(sent.size(), 1);
  EXPECT_EQ(check(20s).back(), "close work_1");
}

TEST_F(ImportWatchTest, AnOutageOfThePlatformChangesNothing) {
  send(1);
  platform.works_error = {opencti::ErrorKind::unreachable, "away"};
  check(25h);
  EXPECT_THAT(journal.entries("publish"), IsEmpty());
  EXPECT_EQ(sent.size(), 1);
}

TEST_F(ImportWatchTest, WithoutTheRightToSeeWorksTheRemainingResultsAreSentAgain) {
  send(1);
  platform.works_error = {opencti::ErrorKind::not_permitted, "may not"};
  check();
  EXPECT_THAT(journal.entries("publish"), ElementsAre("publish without work"));
}

TEST_F(ImportWatchTest, APlatformThatCannotListWorksIsNotTakenToHaveDroppedThem) {
  send(1);
  platform.works_error = {opencti::ErrorKind::not_understood, "no such field"};
  EXPECT_THAT(check(), ElementsAre("look at work_1"));
  EXPECT_THAT(check(59s), IsEmpty());
  EXPECT_EQ(lines.count("WARNING", "Cannot check"), 1);
  check(25h);
  EXPECT_THAT(journal.entries("publish"), ElementsAre("publish without work"));
}

TEST_F(ImportWatchTest, WhileNothingCanBeSentItDoesNotLookAgainAtOnce) {
  send(1);
  output.failures = 1'000;
  platform.works_error = {opencti::ErrorKind::not_permitted, "may not"};
  now += 25h;
  EXPECT_FALSE(watch.check({}));
  platform.works_error.reset();
  platform.dead_works = {"work_1"};
  EXPECT_FALSE(watch.check({}));
}

TEST_F(ImportWatchTest, RequestsAreFewHoweverManyResultsThereAre) {
  ImportWatch thrifty{{.now = [this] { return now; }}, platform, output, sent, lines.log()};
  int requests = 0;
  for (int number = 0; number < 100; ++number) {
    send(number);
    platform.works.push_back(work("work_" + std::to_string(number), true, 2, 2));
    now += 65s;
    const auto before = journal.entries().size();
    thrifty.check({});
    requests += static_cast<int>(journal.entries().size() - before);
  }
  EXPECT_LE(requests, 1 + 100 / 5);
  EXPECT_GE(requests, 100 / 5 - 1);
}

TEST_F(ImportWatchTest, AResultThatComesAloneIsLookedAtWithinTheHour) {
  ImportWatch thrifty{
      {.calls_per_result = 0, .now = [this] { return now; }}, platform, output, sent, lines.log()};
  send(1);
  platform.works = {work("work_1", false, 2, 1)};
  now += 60s;
  thrifty.check({});
  EXPECT_THAT(journal.entries(), ElementsAre("look at work_1"));
  now += 90s;
  thrifty.check({});
  EXPECT_THAT(journal.entries(), ElementsAre("look at work_1"));
  now += 1h;
  thrifty.check({});
  EXPECT_THAT(journal.entries(), ElementsAre("look at work_1", "look at work_1"));
}

TEST_F(ImportWatchTest, ItsThreadChecksDueResultsAtTheStart) {
  send(1);
  now += 60s;
  platform.works = {work("work_1", true, 2, 2)};
  watch.start();
  ASSERT_TRUE(journal.wait_for("look at work_1"));
  watch.stop();
  watch.start();
}

}  // namespace
}  // namespace runtime
