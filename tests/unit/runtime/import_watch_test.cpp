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
  /// A result of as many objects, for work_<number>.
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
  /// After `wait`. @returns what was asked and sent
  std::vector<std::string> look(std::chrono::system_clock::duration wait = 60s) {
    now += wait;
    const auto before = journal.entries().size();
    watch.look({});
    auto all = journal.entries();
    all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(before));
    return all;
  }

  std::chrono::system_clock::time_point now{1000h};
  support::LogLines lines;
  storage::Database store{storage::DatabaseOptions{}, lines.log()};
  FileSent sent{{.now = [this] { return now; }}, store, lines.log()};
  testing::Journal journal;
  testing::FakePlatform platform{journal};
  testing::FakeOutput output{journal};
  ImportWatch watch{{.calls_per_result = 100, .now = [this] { return now; }},
                    platform,
                    output,
                    sent,
                    lines.log()};
};

TEST_F(ImportWatchTest, WhatWasImportedIsForgotten) {
  send(1);
  platform.works = {work("work_1", true, 2, 2)};
  EXPECT_THAT(look(), ElementsAre("look at work_1"));
  EXPECT_EQ(sent.size(), 0);
  EXPECT_THAT(look(1h), IsEmpty());
}

TEST_F(ImportWatchTest, ManyAreLookedAtInOneRequest) {
  for (int number = 1; number <= 3; ++number) send(number);
  EXPECT_EQ(look().front(), "look at work_1 work_2 work_3");
}

TEST_F(ImportWatchTest, WhatWasClosedWithFewerObjectsIsSentAgainWithoutItsWork) {
  send(1);
  platform.works = {work("work_1", true, 2, 1)};
  platform.dead_works = {"work_1"};
  EXPECT_THAT(look(), ElementsAre("look at work_1", "alive work_1", "publish without work",
                                  "close work_1"));
  EXPECT_EQ(sent.size(), 0);
  EXPECT_EQ(lines.count("WARNING", "sent again"), 1);
  EXPECT_THAT(look(1h), IsEmpty());
}

TEST_F(ImportWatchTest, WhatWasClosedBeforeAnythingWasImportedIsSentAgain) {
  send(1);
  platform.works = {work("work_1", true, 2, std::nullopt)};
  platform.dead_works = {"work_1"};
  look();
  EXPECT_THAT(journal.entries("publish"), ElementsAre("publish without work"));
}

TEST_F(ImportWatchTest, WhatWasClosedAndReopenedByOurReportIsSentAgain) {
  send(1);
  auto reopened = work("work_1", false, std::nullopt, std::nullopt);
  reopened.was_complete = true;
  platform.works = {reopened};
  platform.dead_works = {"work_1"};
  look();
  EXPECT_THAT(journal.entries("publish"), ElementsAre("publish without work"));
}

TEST_F(ImportWatchTest, TheResultOfAWorkThatWasDeletedIsSentAgain) {
  send(1);
  platform.dead_works = {"work_1"};
  look();
  EXPECT_THAT(journal.entries("publish"), ElementsAre("publish without work"));
}

TEST_F(ImportWatchTest, WhatThePlatformStillTakesIsNotSentAgain) {
  for (int number = 1; number <= 4; ++number) send(number);
  for (int number = 1; number <= 4; ++number) {
    platform.works.push_back(work("work_" + std::to_string(number), true, 2, 1));
  }
  EXPECT_THAT(look(),
              ElementsAre("look at work_1 work_2 work_3 work_4", "alive work_1", "alive work_2"));
  EXPECT_EQ(sent.size(), 4);
}

TEST_F(ImportWatchTest, DeletedWorksSayNothingOfThoseThatWereClosed) {
  for (int number = 1; number <= 4; ++number) send(number);
  platform.dead_works = {"work_1", "work_2"};
  for (int number = 3; number <= 4; ++number) {
    platform.works.push_back(work("work_" + std::to_string(number), true, 2, 1));
  }
  look();
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
  look();
  EXPECT_THAT(journal.entries("alive"), ElementsAre("alive work_1", "alive work_2"));
  EXPECT_THAT(journal.entries("publish"), ::testing::SizeIs(4));
}

TEST_F(ImportWatchTest, WhereTheyDifferEachIsAskedAbout) {
  for (int number = 1; number <= 4; ++number) {
    send(number);
    platform.works.push_back(work("work_" + std::to_string(number), true, 2, 1));
  }
  platform.dead_works = {"work_1", "work_4"};
  look();
  EXPECT_THAT(journal.entries("alive"), ::testing::SizeIs(4));
  EXPECT_THAT(journal.entries("close"), ElementsAre("close work_1", "close work_4"));
}

TEST_F(ImportWatchTest, AWorkUnderWayIsLookedAtLaterAndLater) {
  send(1);
  platform.works = {work("work_1", false, 2, 1)};
  EXPECT_THAT(look(), ElementsAre("look at work_1"));
  EXPECT_THAT(look(59s), IsEmpty());
  EXPECT_THAT(look(1s), ElementsAre("look at work_1"));
  EXPECT_THAT(look(119s), IsEmpty());
  EXPECT_THAT(look(1s), ElementsAre("look at work_1"));
}

TEST_F(ImportWatchTest, WhatIsNotImportedForADayIsSentAgainWhateverThePlatformSays) {
  send(1);
  platform.works = {work("work_1", false, 2, 1)};
  look();
  EXPECT_THAT(look(25h), ElementsAre("look at work_1", "publish without work", "close work_1"));
  EXPECT_EQ(sent.size(), 0);
}

TEST_F(ImportWatchTest, TwoResultsOfOneWorkAreImportedWhenBothAre) {
  send(1, "work_x");
  send(2, "work_x");
  platform.works = {work("work_x", true, 2, 2)};
  platform.dead_works = {"work_x"};
  look();
  EXPECT_THAT(journal.entries("publish"), ::testing::SizeIs(2));
  send(3, "work_y");
  send(4, "work_y");
  platform.works = {work("work_y", true, 4, 4)};
  EXPECT_THAT(look(), ElementsAre("look at work_y"));
  EXPECT_EQ(sent.size(), 0);
}

TEST_F(ImportWatchTest, WhatCannotBeSentAgainNowIsSentLater) {
  send(1);
  platform.works = {work("work_1", true, 2, 1)};
  platform.dead_works = {"work_1"};
  output.failures = 1;
  look();
  EXPECT_EQ(sent.size(), 1);
  EXPECT_EQ(look(20s).back(), "close work_1");
}

TEST_F(ImportWatchTest, AnOutageOfThePlatformChangesNothing) {
  send(1);
  platform.works_error = {opencti::ErrorKind::unreachable, "away"};
  look(25h);
  EXPECT_THAT(journal.entries("publish"), IsEmpty());
  EXPECT_EQ(sent.size(), 1);
}

TEST_F(ImportWatchTest, WhereWorksMayNotBeSeenAnyMoreWhatIsLeftIsSentAgain) {
  send(1);
  platform.works_error = {opencti::ErrorKind::not_permitted, "may not"};
  look();
  EXPECT_THAT(journal.entries("publish"), ElementsAre("publish without work"));
}

TEST_F(ImportWatchTest, APlatformThatCannotListWorksIsNotTakenToHaveDroppedThem) {
  send(1);
  platform.works_error = {opencti::ErrorKind::not_understood, "no such field"};
  EXPECT_THAT(look(), ElementsAre("look at work_1"));
  EXPECT_THAT(look(59s), IsEmpty());
  EXPECT_EQ(lines.count("WARNING", "Cannot check"), 1);
  look(25h);
  EXPECT_THAT(journal.entries("publish"), ElementsAre("publish without work"));
}

TEST_F(ImportWatchTest, WhileNothingCanBeSentItDoesNotLookAgainAtOnce) {
  send(1);
  output.failures = 1'000;
  platform.works_error = {opencti::ErrorKind::not_permitted, "may not"};
  now += 25h;
  EXPECT_FALSE(watch.look({}));
  platform.works_error.reset();
  platform.dead_works = {"work_1"};
  EXPECT_FALSE(watch.look({}));
}

TEST_F(ImportWatchTest, RequestsAreFewHoweverManyResultsThereAre) {
  ImportWatch thrifty{{.now = [this] { return now; }}, platform, output, sent, lines.log()};
  int requests = 0;
  for (int number = 0; number < 100; ++number) {
    send(number);
    platform.works.push_back(work("work_" + std::to_string(number), true, 2, 2));
    now += 65s;
    const auto before = journal.entries().size();
    thrifty.look({});
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
  thrifty.look({});
  EXPECT_THAT(journal.entries(), ElementsAre("look at work_1"));
  now += 90s;
  thrifty.look({});
  EXPECT_THAT(journal.entries(), ElementsAre("look at work_1"));
  now += 1h;
  thrifty.look({});
  EXPECT_THAT(journal.entries(), ElementsAre("look at work_1", "look at work_1"));
}

TEST_F(ImportWatchTest, ItsThreadLooksAtWhatIsDueAtTheStart) {
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
