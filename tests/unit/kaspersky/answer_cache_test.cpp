#include "kaspersky/answer_cache.hpp"

#include <gmock/gmock.h>

#include "kaspersky/file_answers.hpp"
#include "support/figures.hpp"
#include "support/log_lines.hpp"
#include "support/temporary_folder.hpp"
#include "unit/kaspersky/lookup_doubles.hpp"

namespace kaspersky {
namespace {

using fakes::about;
using fakes::found;
using fakes::found_in;
using fakes::is;
using fakes::soon;
using namespace std::chrono_literals;

class AnswerCacheTest : public ::testing::Test {
 protected:
  storage::DatabaseOptions store_options() { return {.path = path, .max_size = store_size}; }
  /// Simulates a start of the connector: what was cached in memory only is lost.
  void start() {
    cache.reset();
    answers.reset();
    store.reset();
    store.emplace(store_options(), lines.log());
    cache.emplace(AnswerCacheOptions{.lifetimes = lifetimes,
                                     .max_size = max_size,
                                     .key = [this](const Inquiry& i) { return prefix + i.value; },
                                     .hits = hits,
                                     .misses = misses},
                  tip, answers.emplace(*store, lines.log(), clock.wall()));
  }
  Outcome ask(const std::string& value = "a.example") {
    if (!cache) start();
    return cache->look_up(about(value), soon());
  }
  void damage(const char* sql) { ASSERT_TRUE(store->run(sql)); }

  support::TemporaryFolder folder;
  std::string path;
  std::int64_t store_size = 64 * 1024 * 1024;
  std::int64_t max_size = 1024 * 1024;
  std::string prefix = "https://tip/";
  Lifetimes lifetimes{.default_lifetime = 24h, .zones = {{Zone::red, 12h}}, .not_found = 6h};
  support::LogLines lines;
  fakes::FakeClock clock;
  telemetry::Counter hits;
  telemetry::Counter misses;
  fakes::ScriptedLookup tip{{found_in("Green")}};
  std::optional<storage::Database> store;
  std::optional<FileAnswers> answers;
  std::optional<AnswerCache> cache;
};

TEST_F(AnswerCacheTest, ASecondQuestionIsNotAsked) {
  ASSERT_TRUE(is<Found>(ask()));
  const auto second = ask();
  ASSERT_TRUE(is<Found>(second));
  EXPECT_EQ(std::get<Found>(second).answer.zone, Zone::green);
  EXPECT_EQ(std::get<Found>(second).text, R"({"Zone": "Green"})");
  EXPECT_EQ(tip.calls(), 1U);
}

TEST_F(AnswerCacheTest, AnotherQuestionIs) {
  static_cast<void>(ask("a.example"));
  static_cast<void>(ask("b.example"));
  EXPECT_EQ(tip.calls(), 2U);
}

TEST_F(AnswerCacheTest, AHashIsTheSameInAnyLetterCase) {
  start();
  for (const auto* value : {"ABCDEF", "abcdef", "AbCdEf"}) {
    static_cast<void>(cache->look_up({.kind = ObjectKind::hash, .value = value}, soon()));
  }
  EXPECT_EQ(tip.calls(), 1U);
}

TEST_F(AnswerCacheTest, AURLIsNot) {
  start();
  for (const auto* value : {"http://a.example/X", "http://a.example/x"}) {
    static_cast<void>(cache->look_up({.kind = ObjectKind::url, .value = value}, soon()));
  }
  EXPECT_EQ(tip.calls(), 2U);
}

TEST_F(AnswerCacheTest, OtherSectionsOrAnotherServiceAreAnotherQuestion) {
  static_cast<void>(ask());
  prefix = "https://tip/more/";
  static_cast<void>(ask());
  EXPECT_EQ(tip.calls(), 2U);
}

TEST_F(AnswerCacheTest, EachZoneAndNotFoundHaveLifetimesOfTheirOwn) {
  const std::pair<Outcome, std::chrono::seconds> cases[] = {
      {found_in("Red"), 12h}, {found_in("Green"), 24h}, {found("{}"), 24h}, {NotFound{}, 6h}};
  for (const auto& [outcome, lifetime] : cases) {
    SCOPED_TRACE(lifetime.count());
    start();
    tip.answer({outcome});
    const auto before = tip.calls();
    static_cast<void>(ask());
    clock.advance(lifetime - 1s);
    static_cast<void>(ask());
    EXPECT_EQ(tip.calls(), before + 1);
    clock.advance(1s);
    static_cast<void>(ask());
    EXPECT_EQ(tip.calls(), before + 2);
  }
}

TEST_F(AnswerCacheTest, ZeroSwitchesItOffForThatZoneAlone) {
  lifetimes.zones[Zone::red] = 0s;
  tip.answer({found_in("Red")});
  static_cast<void>(ask());
  static_cast<void>(ask());
  EXPECT_EQ(tip.calls(), 2U);
  tip.answer({found_in("Green")});
  static_cast<void>(ask());
  static_cast<void>(ask());
  EXPECT_EQ(tip.calls(), 3U);
}

TEST_F(AnswerCacheTest, ZeroEverywhereStoresNothing) {
  lifetimes = {};
  static_cast<void>(ask());
  static_cast<void>(ask());
  EXPECT_EQ(tip.calls(), 2U);
  EXPECT_EQ(storage::number(store->run("SELECT count(*) FROM answers").value()[0][0]), 0);
}

TEST_F(AnswerCacheTest, ChangedLifetimesApplyToExistingEntries) {
  path = folder.path() / "cache.db";
  static_cast<void>(ask());
  clock.advance(2h);
  lifetimes.default_lifetime = 1h;
  start();
  static_cast<void>(ask());
  EXPECT_EQ(tip.calls(), 2U);
}

TEST_F(AnswerCacheTest, FailuresAreNeverCached) {
  for (const Outcome& failure :
       {Outcome(RateLimited{}), Outcome(QuotaExhausted{}), Outcome(Refused{}), Outcome(Rejected{}),
        Outcome(Unavailable{}), Outcome(Malformed{}), Outcome(Skipped{})}) {
    const auto before = tip.calls();
    tip.answer({failure});
    EXPECT_EQ(ask().index(), failure.index());
    EXPECT_EQ(ask().index(), failure.index());
    EXPECT_EQ(tip.calls(), before + 2);
  }
}

TEST_F(AnswerCacheTest, AFailureDoesNotTouchCachedAnswers) {
  static_cast<void>(ask());
  tip.answer({Unavailable{}});
  EXPECT_TRUE(is<Unavailable>(
      cache->look_up({.kind = ObjectKind::domain, .value = "a.example", .fresh = true}, soon())));
  EXPECT_TRUE(is<Found>(ask()));
}

TEST_F(AnswerCacheTest, AFreshInquiryAsksAndRenews) {
  static_cast<void>(ask());
  tip.answer({NotFound{}});
  EXPECT_TRUE(is<NotFound>(
      cache->look_up({.kind = ObjectKind::domain, .value = "a.example", .fresh = true}, soon())));
  EXPECT_TRUE(is<NotFound>(ask()));
  EXPECT_EQ(tip.calls(), 2U);
}

TEST_F(AnswerCacheTest, ARestartForgetsNothing) {
  path = folder.path() / "cache.db";
  static_cast<void>(ask());
  start();
  EXPECT_TRUE(is<Found>(ask()));
  EXPECT_EQ(tip.calls(), 1U);
}

TEST_F(AnswerCacheTest, AClockThatIsSetBackMakesNoAnswerLiveLonger) {
  clock.set(48h);
  static_cast<void>(ask());
  clock.set(-48h);
  static_cast<void>(ask());
  EXPECT_EQ(tip.calls(), 2U);
}

TEST_F(AnswerCacheTest, ASmallCorrectionOfTheClockCostsNothing) {
  static_cast<void>(ask());
  clock.set(-30s);
  static_cast<void>(ask());
  EXPECT_EQ(tip.calls(), 1U);
}

TEST_F(AnswerCacheTest, AnAnswerThatCannotBeReadIsDropped) {
  static_cast<void>(ask());
  damage("UPDATE answers SET text = '{\"Zone\": '");
  EXPECT_TRUE(is<Found>(ask()));
  EXPECT_EQ(tip.calls(), 2U);
  EXPECT_TRUE(is<Found>(ask()));
  EXPECT_EQ(tip.calls(), 2U);
}

TEST_F(AnswerCacheTest, TheOldestGoFirst) {
  max_size = 100'000;
  const auto big = found(R"({"Zone": "Green", "X": ")" + std::string(1000, 'x') + R"("})");
  tip.answer({big});
  for (int i = 0; i < 200; ++i) {
    static_cast<void>(ask("old" + std::to_string(i)));
    clock.advance(1s);
  }
  const auto bytes = storage::number(store->run("SELECT bytes FROM answers_size").value()[0][0]);
  EXPECT_LE(bytes, max_size);
  EXPECT_GE(bytes, max_size * 3 / 4);
  EXPECT_EQ(bytes, storage::number(store->run("SELECT sum(size) FROM answers").value()[0][0]));
  const auto before = tip.calls();
  static_cast<void>(ask("old199"));
  EXPECT_EQ(tip.calls(), before);
  static_cast<void>(ask("old0"));
  EXPECT_EQ(tip.calls(), before + 1);
}

TEST_F(AnswerCacheTest, AnAnswerTooLargeForTheWholeIsNotKept) {
  max_size = 4000;
  tip.answer({found(R"({"X": ")" + std::string(2000, 'x') + R"("})")});
  static_cast<void>(ask());
  static_cast<void>(ask());
  EXPECT_EQ(tip.calls(), 2U);
}

TEST_F(AnswerCacheTest, ExpiredEntriesAreRemovedAutomatically) {
  for (int i = 0; i < 10; ++i) static_cast<void>(ask("old" + std::to_string(i)));
  clock.advance(25h);
  static_cast<void>(ask("new"));
  EXPECT_EQ(storage::number(store->run("SELECT count(*) FROM answers").value()[0][0]), 1);
}

TEST_F(AnswerCacheTest, AFullStoreIsReportedOnceAndCostsNoAnswer) {
  store_size = 128 * 1024;
  tip.answer({found(R"({"Zone": "Green", "X": ")" + std::string(8000, 'x') + R"("})")});
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(is<Found>(ask("v" + std::to_string(i))));
  EXPECT_EQ(lines.count("WARNING", "answers are not cached"), 1) << lines.all();
  damage("DELETE FROM answers");
  static_cast<void>(ask("again"));
  EXPECT_EQ(lines.count("INFO", "can be written again"), 1) << lines.all();
}

TEST_F(AnswerCacheTest, ADamagedFileCostsItsEntriesOnly) {
  path = folder.path() / "cache.db";
  for (int i = 0; i < 200; ++i) static_cast<void>(ask("v" + std::to_string(i)));
  cache.reset();
  store.reset();
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(100);
    file << std::string(20'000, '\xAB');
  }
  const auto before = tip.calls();
  for (int i = 0; i < 200; ++i) EXPECT_TRUE(is<Found>(ask("v" + std::to_string(i))));
  for (int i = 0; i < 200; ++i) EXPECT_TRUE(is<Found>(ask("v" + std::to_string(i))));
  EXPECT_LE(tip.calls(), before + 201) << lines.all();
  EXPECT_EQ(lines.count("WARNING", "damaged"), 1) << lines.all();
}

TEST_F(AnswerCacheTest, CountsSparedRequestsAndReportsItsSize) {
  telemetry::Metrics metrics;
  hits = metrics.counters({.name = "hits_total", .help = ""}).with({});
  misses = metrics.counters({.name = "misses_total", .help = ""}).with({});
  start();
  EXPECT_EQ(answers->size(), 0);
  for (const auto* value : {"a.example", "a.example", "b.example", "a.example"}) {
    static_cast<void>(ask(value));
  }
  auto fresh = about("a.example");
  fresh.fresh = true;
  static_cast<void>(cache->look_up(fresh, soon()));
  EXPECT_EQ(support::figure(metrics.text(), "hits_total"), 2);
  EXPECT_EQ(support::figure(metrics.text(), "misses_total"), 2);
  EXPECT_GT(answers->size(), 2 * 17);
}

}  // namespace
}  // namespace kaspersky
