#include "monitoring/journal.hpp"

#include <gmock/gmock.h>

#include <thread>

namespace monitoring {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Pair;
using testing::SizeIs;

using source::Outcome;

class JournalTest : public testing::Test {
 protected:
  runtime::Ended ended(const std::string& value, std::chrono::milliseconds took = 10ms,
                       bool in_error = false) {
    runtime::Ended out{.at = now, .took = took, .value = value, .kind = "ip"};
    out.rating = "red";
    out.outcome = in_error ? Outcome::unavailable : Outcome::found;
    return out;
  }
  static telemetry::Entry entry(telemetry::Level level, const std::string& message,
                                const telemetry::Attributes& attributes = {}) {
    return {.level = level, .message = message, .attributes = attributes};
  }

  std::chrono::system_clock::time_point now = std::chrono::sys_days(std::chrono::days(20000)) + 10h;
  Journal journal{[this] { return now; }};
};

TEST_F(JournalTest, KeepsTheLastFiftyNewestFirst) {
  for (int i = 0; i < 60; ++i) journal.ended(ended(std::to_string(i)));
  const auto contents = journal.contents();
  ASSERT_THAT(contents.enrichments, SizeIs(50));
  EXPECT_EQ(contents.enrichments.front().value, "59");
  EXPECT_EQ(contents.enrichments.back().value, "10");
}

TEST_F(JournalTest, CountsZonesAndOutcomesSinceTheStart) {
  for (int i = 0; i < 60; ++i) journal.ended(ended("a"));
  journal.ended(ended("b", 1ms, true));
  auto without_zone = ended("c");
  without_zone.rating = "";
  journal.ended(without_zone);
  const auto contents = journal.contents();
  EXPECT_THAT(contents.ratings, ElementsAre(Pair("red", 61)));
  EXPECT_THAT(contents.outcomes,
              ElementsAre(Pair(Outcome::found, 61), Pair(Outcome::unavailable, 1)));
}

TEST_F(JournalTest, CountsEachMinuteOfTheLastHour) {
  journal.ended(ended("a"));
  journal.ended(ended("b", 1ms, true));
  now += 59min;
  journal.ended(ended("c"));
  auto minutes = journal.contents().minutes;
  ASSERT_THAT(minutes, SizeIs(60));
  EXPECT_EQ(minutes.front().done, 1U);
  EXPECT_EQ(minutes.front().failed, 1U);
  EXPECT_EQ(minutes.back().done, 1U);
  EXPECT_EQ(minutes.back().begins, now);
  now += 1min;
  minutes = journal.contents().minutes;
  EXPECT_EQ(minutes.front().done + minutes.front().failed, 0U);
  EXPECT_EQ(minutes.at(58).done, 1U);
}

TEST_F(JournalTest, ReportsHowLongTheLastThousandTook) {
  EXPECT_EQ(journal.contents().latency.count, 0U);
  journal.ended(ended("long ago", 1h));
  for (int i = 1; i <= 1000; ++i) journal.ended(ended("a", std::chrono::milliseconds(i)));
  const auto latency = journal.contents().latency;
  EXPECT_EQ(latency.count, 1000U);
  EXPECT_EQ(latency.median, 500ms);
  EXPECT_EQ(latency.p95, 950ms);
  EXPECT_EQ(latency.p99, 990ms);
  EXPECT_EQ(latency.longest, 1s);
}

TEST_F(JournalTest, OneEnrichmentIsEveryQuantile) {
  journal.ended(ended("a", 7ms));
  const auto latency = journal.contents().latency;
  EXPECT_EQ(latency.median, 7ms);
  EXPECT_EQ(latency.p99, 7ms);
}

TEST_F(JournalTest, CountsTroublesThatSayTheSame) {
  const auto failing = entry(telemetry::Level::error, "Not consuming",
                             {{"reason", "refused"}, {"advice", "check the password"}});
  journal.note(failing);
  now += 1min;
  journal.note(entry(telemetry::Level::warning, "Other"));
  now += 1min;
  journal.note(failing);
  const auto troubles = journal.contents().troubles;
  ASSERT_THAT(troubles, SizeIs(2));
  EXPECT_EQ(troubles[0].message, "Not consuming");
  EXPECT_EQ(troubles[0].advice, "check the password");
  EXPECT_EQ(troubles[0].count, 2U);
  EXPECT_TRUE(troubles[0].error);
  EXPECT_EQ(troubles[0].last - troubles[0].first, 2min);
  EXPECT_EQ(troubles[1].count, 1U);
  EXPECT_FALSE(troubles[1].error);
}

TEST_F(JournalTest, KeepsTheLastTwentyTroubles) {
  for (int i = 0; i < 30; ++i) {
    journal.note(entry(telemetry::Level::error, std::to_string(i)));
  }
  const auto troubles = journal.contents().troubles;
  ASSERT_THAT(troubles, SizeIs(20));
  EXPECT_EQ(troubles.back().message, "10");
}

TEST_F(JournalTest, TheOutcomeOfOneEnrichmentIsNotATrouble) {
  journal.note(entry(telemetry::Level::error, "Kaspersky rejects it", {{"outcome", "rejected"}}));
  EXPECT_THAT(journal.contents().troubles, SizeIs(0));
}

TEST_F(JournalTest, LongTextsAreCut) {
  auto long_one = ended(std::string(100'000, 'a'));
  long_one.text = std::string(100'000, 'b');
  journal.ended(long_one);
  journal.note(entry(telemetry::Level::error, std::string(100'000, 'c')));
  const auto contents = journal.contents();
  EXPECT_LE(contents.enrichments.front().value.size(), 2000U);
  EXPECT_TRUE(contents.enrichments.front().value.ends_with("…"));
  EXPECT_LE(contents.enrichments.front().text.size(), 600U);
  EXPECT_LE(contents.troubles.front().message.size(), 600U);
}

TEST_F(JournalTest, ManyThreadsMayReportAtOnce) {
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this] {
      for (int j = 0; j < 200; ++j) {
        journal.ended(ended("a"));
        journal.note(entry(telemetry::Level::error, "b"));
        static_cast<void>(journal.contents());
      }
    });
  }
  threads.clear();
  EXPECT_EQ(journal.contents().ratings.at("red"), 800U);
}

TEST(Presentable, KeepsGoodText) { EXPECT_EQ(presentable("grün", 10), "grün"); }

TEST(Presentable, CutsBetweenCharacters) {
  EXPECT_EQ(presentable("äöü", 6), "äöü");
  EXPECT_EQ(presentable("äöüß", 7), "äö…");
  EXPECT_EQ(presentable("äöüß", 6), "ä…");
}

TEST(Presentable, MakesUtf8OfAnything) {
  EXPECT_EQ(presentable("a\xff\xfe", 20), "a\xEF\xBF\xBD\xEF\xBF\xBD");
  const auto made = presentable(std::string(100, '\xff'), 50);
  EXPECT_LE(made.size(), 50U);
  EXPECT_NO_THROW(static_cast<void>(nlohmann::json(made).dump()));
}

}  // namespace
}  // namespace monitoring
