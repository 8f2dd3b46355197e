// What replicas share, by the classes that share it, on a real server.
#include <gmock/gmock.h>

#include <numeric>
#include <set>
#include <thread>

#include "kaspersky/answer_cache.hpp"
#include "kaspersky/file_answers.hpp"
#include "kaspersky/file_ledger.hpp"
#include "kaspersky/shared_answers.hpp"
#include "kaspersky/shared_ledger.hpp"
#include "kaspersky/shared_pace.hpp"
#include "runtime/file_attempts.hpp"
#include "runtime/file_playbooks.hpp"
#include "runtime/file_sent.hpp"
#include "runtime/publish_order.hpp"
#include "runtime/shared_attempts.hpp"
#include "runtime/shared_playbooks.hpp"
#include "runtime/shared_sent.hpp"
#include "storage/transfer.hpp"
#include "support/log_lines.hpp"
#include "support/private_redis.hpp"
#include "support/tcp_proxy.hpp"
#include "support/wait_until.hpp"
#include "unit/kaspersky/lookup_doubles.hpp"

namespace {

using namespace std::chrono_literals;
using support::wait_until;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Claim = kaspersky::AnswerStore::Claim;
using Figures = kaspersky::RequestLedger::Figures;

constexpr std::int64_t today = 20'000;
constexpr kaspersky::AnswerStore::Bounds wide{.most_bytes = 1'000'000, .longest = 1h};

/// What one process has of it.
struct Replica {
  Replica(const support::PrivateRedis& server, const telemetry::Log& given_log, std::string name,
          std::chrono::milliseconds beat = 50ms)
      : log(given_log),
        line(server.port()),
        redis({.address = by(line), .prefix = "test:", .timeout = 1s, .rest = 20ms}, log),
        replicas({.name = std::move(name), .beat = beat, .quick_beat = 20ms, .lease = 1s}, redis,
                 log) {}

  static storage::RedisAddress by(const support::TcpProxy& line) {
    storage::RedisAddress address;
    address.servers = {{"127.0.0.1", line.port()}};
    return address;
  }
  void lose_server() {
    line.freeze();
    line.cut();
    EXPECT_TRUE(wait_until([this] { return !redis.problem().empty(); }));
  }
  void find_server() {
    line.thaw();
    EXPECT_TRUE(wait_until([this] { return redis.problem().empty(); }));
  }

  telemetry::Log log;
  support::TcpProxy line;
  storage::Redis redis;
  storage::Replicas replicas;
  storage::Shared shared{redis, replicas};
  storage::Database own{storage::DatabaseOptions{}, log};
};

class SharedStoreTest : public testing::Test {
 protected:
  /// From then on they know each other.
  void meet() {
    EXPECT_TRUE(wait_until([this] { return a.replicas.alive() == 2 && b.replicas.alive() == 2; }));
  }
  std::string field(const std::string& key, const std::string& name) const {
    return server.ask({"HGET", "test:" + key, name});
  }

  support::PrivateRedis server;
  support::LogLines lines;
  Replica a{server, lines.log(), "a"};
  Replica b{server, lines.log(), "b"};
};

// --- the requests of the day ---

std::function<bool(const Figures&)> below(std::int64_t limit) {
  return [limit](const Figures& figures) { return figures.ours < limit; };
}

int counted(kaspersky::RequestLedger& ledger, int times, std::int64_t limit) {
  int done = 0;
  for (int i = 0; i < times; ++i) done += ledger.count(today, below(limit)) ? 1 : 0;
  return done;
}

class SharedLedgerTest : public SharedStoreTest {
 protected:
  SharedLedgerTest() {
    of_a.begin(today);
    of_b.begin(today);
  }
  bool both_say(std::int64_t requests) {
    return wait_until([&] {
      return of_a.figures(today).ours == requests && of_b.figures(today).ours == requests;
    });
  }

  kaspersky::SharedLedger of_a{a.shared, lines.log()};
  kaspersky::SharedLedger of_b{b.shared, lines.log()};
};

TEST_F(SharedLedgerTest, TwoReplicasCountNoMoreThanIsAllowed) {
  std::atomic<int> done = 0;
  std::vector<std::thread> threads;
  for (auto* ledger : {&of_a, &of_b}) {
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&done, ledger] { done += counted(*ledger, 25, 100); });
    }
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(done, 100);
  EXPECT_TRUE(both_say(100));
}

TEST_F(SharedLedgerTest, WhatTheLicenceSaysToOneBothKnow) {
  of_a.learn(today, {.day_requests = 50, .day_quota = 1'000});
  EXPECT_TRUE(wait_until([&] { return of_b.figures(today).all == 50; }));
  EXPECT_EQ(of_b.figures(today).quota, 1'000);
  of_b.learn(today, {.day_requests = 40, .day_quota = 1'000});
  EXPECT_EQ(of_b.figures(today).all, 50) << "answers overtake each other";
  of_b.correct(today, {.day_requests = 40, .day_quota = 1'000});
  EXPECT_EQ(of_b.figures(today).all, 40);
}

TEST_F(SharedLedgerTest, EachSpendsItsShareOfWhatWasLeftWhileTheServerIsAway) {
  meet();
  ASSERT_EQ(counted(of_a, 20, 100), 20);
  ASSERT_TRUE(both_say(20));
  server.stop();
  EXPECT_EQ(counted(of_a, 100, 100), 40);
  EXPECT_EQ(counted(of_b, 100, 100), 40);
  EXPECT_THAT(of_a.problem(), HasSubstr("with a share of what was left"));
}

TEST_F(SharedLedgerTest, WhatWasMadeWithoutTheServerIsToldOnceItIsBack) {
  meet();
  ASSERT_EQ(counted(of_a, 20, 100), 20);
  ASSERT_TRUE(both_say(20));
  a.lose_server();
  EXPECT_EQ(counted(of_a, 7, 100), 7);
  EXPECT_EQ(counted(of_b, 3, 100), 3);
  a.find_server();
  EXPECT_TRUE(both_say(30));
  EXPECT_EQ(of_a.problem(), "");
}

TEST_F(SharedLedgerTest, ARequestWhoseCountHadNoAnswerIsCountedOnce) {
  ASSERT_EQ(counted(of_a, 1, 100), 1);
  server.pause();
  EXPECT_EQ(counted(of_a, 1, 100), 1);
  server.resume();
  ASSERT_TRUE(wait_until([&] { return of_a.problem().empty(); }));
  EXPECT_EQ(counted(of_a, 1, 100), 1);
  EXPECT_EQ(of_a.figures(today).ours, 3);
}

TEST_F(SharedLedgerTest, AServerThatForgotIsToldWhatEachHasMadeToday) {
  ASSERT_EQ(counted(of_a, 5, 100), 5);
  ASSERT_EQ(counted(of_b, 3, 100), 3);
  server.ask({"FLUSHALL"});
  EXPECT_EQ(counted(of_a, 1, 100), 1);
  EXPECT_TRUE(both_say(9));
}

TEST_F(SharedLedgerTest, AClockThatIsSetBackLosesNoRequest) {
  ASSERT_EQ(counted(of_a, 5, 100), 5);
  of_a.begin(today + 1);
  EXPECT_EQ(of_a.figures(today + 1).ours, 0);
  server.stop();
  ASSERT_EQ(counted(of_a, 2, 100), 2);
  server.start();
  EXPECT_TRUE(both_say(7));
}

// --- answers ---

class SharedAnswersTest : public SharedStoreTest {
 protected:
  std::optional<std::string> stored(kaspersky::SharedAnswers& answers, const std::string& key) {
    const auto found = answers.find(key);
    if (!found) return std::nullopt;
    const auto text = answers.read(key, *found);
    return text && text->text ? text->text : std::nullopt;
  }

  kaspersky::FileAnswers own_a{a.own, lines.log()};
  kaspersky::FileAnswers own_b{b.own, lines.log()};
  kaspersky::SharedAnswers of_a{a.shared, own_a, lines.log()};
  kaspersky::SharedAnswers of_b{b.shared, own_b, lines.log()};
};

TEST_F(SharedAnswersTest, OneOfTwoAsksAndBothHaveTheAnswer) {
  meet();
  EXPECT_EQ(of_a.claim("q", std::nullopt, 60s), Claim::ours);
  EXPECT_EQ(of_b.claim("q", std::nullopt, 60s), Claim::of_another);
  of_a.put("q", "answer", wide);
  EXPECT_EQ(of_b.claim("q", std::nullopt, 60s), Claim::answered);
  EXPECT_EQ(stored(of_b, "q"), "answer");
  EXPECT_EQ(of_b.claim("q", of_b.find("q"), 60s), Claim::ours) << "one that is of no more use";
  EXPECT_GT(of_a.size(), 0);
}

TEST_F(SharedAnswersTest, ThatNothingIsKnownIsAnAnswer) {
  of_a.put("q", std::nullopt, wide);
  ASSERT_TRUE(of_b.find("q"));
  const auto text = of_b.read("q", *of_b.find("q"));
  ASSERT_TRUE(text);
  EXPECT_EQ(text->text, std::nullopt);
}

TEST_F(SharedAnswersTest, AnotherAsksWhereTheFirstFoundNothingOrDied) {
  meet();
  ASSERT_EQ(of_a.claim("q", std::nullopt, 60s), Claim::ours);
  of_a.release("q");
  EXPECT_EQ(of_b.claim("q", std::nullopt, 60s), Claim::ours);
  of_a.release("q");
  EXPECT_EQ(of_a.claim("q", std::nullopt, 60s), Claim::of_another) << "only its own";
  b.lose_server();
  EXPECT_TRUE(wait_until([&] { return of_a.claim("q", std::nullopt, 60s) == Claim::ours; }));
}

TEST_F(SharedAnswersTest, AClaimEndsAlsoWhereTheServerWasAwayAtItsEnd) {
  meet();
  for (const auto* key : {"answered", "given up"}) {
    ASSERT_EQ(of_a.claim(key, std::nullopt, 60s), Claim::ours);
  }
  a.lose_server();
  of_a.put("answered", "answer", wide);
  of_a.release("given up");
  a.find_server();
  ASSERT_TRUE(wait_until([&] { return b.replicas.alive() == 2; }));
  for (const auto* key : {"answered", "given up"}) {
    EXPECT_TRUE(wait_until([&] { return of_b.claim(key, std::nullopt, 60s) == Claim::ours; }))
        << key;
  }
}

TEST_F(SharedAnswersTest, TheOldestGoWhereAllAreTooMuch) {
  const kaspersky::AnswerStore::Bounds narrow{.most_bytes = 3'000, .longest = 1h};
  const std::string text(600, 'x');
  of_a.put("0", text, narrow);
  // Ages are in seconds.
  server.ask({"EVAL",
              "for _, d in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do "
              "redis.call('ZINCRBY', KEYS[1], -5, d) end return 1",
              "1", "test:ages"});
  for (const auto* key : {"1", "2", "3"}) of_b.put(key, text, narrow);
  EXPECT_EQ(of_b.size(), 3'000);
  EXPECT_EQ(server.ask({"GET", "test:answers"}), "3000");
  EXPECT_EQ(stored(of_b, "0"), std::nullopt);
  EXPECT_EQ(stored(of_b, "3"), text);
  of_a.forget("3", std::nullopt);
  EXPECT_EQ(server.ask({"GET", "test:answers"}), "2000");
}

TEST_F(SharedAnswersTest, AgesCountByTheServersClockAndWhatIsTooOldGoes) {
  of_a.put("old", "answer", wide);
  const auto made_older =
      "for _, key in ipairs(redis.call('KEYS', 'test:answer:*')) do redis.call('HINCRBY', key, "
      "'at', -100) end for _, d in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do "
      "redis.call('ZINCRBY', KEYS[1], -100, d) end return 1";
  server.ask({"EVAL", made_older, "1", "test:ages"});
  const auto kept = of_b.find("old");
  ASSERT_TRUE(kept);
  EXPECT_GE(kept->age, 100);
  EXPECT_LE(kept->age, 110);
  of_b.put("new", "answer", {.most_bytes = wide.most_bytes, .longest = 90s});
  EXPECT_EQ(of_b.find("old"), std::nullopt);
  EXPECT_TRUE(of_b.find("new"));
}

TEST_F(SharedAnswersTest, EachUsesItsOwnWhileTheServerIsAway) {
  of_a.put("q", "answer", wide);
  of_b.put("p", "answer", wide);
  a.lose_server();
  EXPECT_EQ(stored(of_a, "q"), "answer");
  EXPECT_EQ(stored(of_a, "p"), std::nullopt);
  EXPECT_EQ(of_a.claim("p", std::nullopt, 60s), Claim::ours);
}

TEST_F(SharedAnswersTest, TwoCachesAskTheServiceOnce) {
  using kaspersky::testing::about;
  using kaspersky::testing::soon;
  meet();
  kaspersky::testing::ScriptedLookup tip{{kaspersky::testing::found_in("Green")}};
  tip.hold("a.example");
  const kaspersky::AnswerCacheOptions options{
      .lifetimes = {.standard = 24h, .zones = {}, .not_found = 6h},
      .key = [](const kaspersky::Inquiry& inquiry) { return inquiry.value; }};
  kaspersky::AnswerCache cache_a(options, tip, of_a), cache_b(options, tip, of_b);
  std::atomic<int> found = 0;
  std::vector<std::thread> threads;
  for (auto* cache : {&cache_a, &cache_b}) {
    threads.emplace_back([&, cache] {
      found += kaspersky::testing::is<kaspersky::Found>(cache->look_up(about("a.example"), soon()));
    });
  }
  EXPECT_TRUE(tip.asked(1));
  tip.release("a.example");
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(found, 2);
  EXPECT_EQ(tip.calls(), 1U);
}

// --- attempts ---

TEST_F(SharedStoreTest, AReplicaThatDiesWithAMessageIsAnAttempt) {
  meet();
  runtime::SharedAttempts of_a(a.shared, lines.log()), of_b(b.shared, lines.log());
  of_a.begun("m", {}, runtime::Attempts::died);
  EXPECT_EQ(of_b.before("m").attempts, 0) << "it lives";
  of_b.begun("m", {}, runtime::Attempts::died);
  a.lose_server();
  ASSERT_TRUE(wait_until([&] { return of_b.before("m").attempts == 1; }));
  const auto before = of_b.before("m");
  EXPECT_EQ(before.attempts, 1) << "it died once";
  EXPECT_TRUE(before.died);
  of_b.failed("m", before, "no memory");
  const Replica third(server, lines.log(), "c");
  runtime::SharedAttempts of_third(third.shared, lines.log());
  EXPECT_EQ(of_third.before("m").attempts, 2);
  EXPECT_EQ(of_third.before("m").reason, "no memory");
  of_b.over("m");
  EXPECT_EQ(of_third.before("m").attempts, 0);
}

// --- steps of playbooks ---

class SharedPlaybooksTest : public SharedStoreTest {
 protected:
  static bool answered(runtime::SharedPlaybooks& playbooks) {
    const auto found = playbooks.find("step");
    return found && *found && (*found)->answered;
  }

  runtime::SharedPlaybooks of_a{a.shared, lines.log()};
  runtime::SharedPlaybooks of_b{b.shared, lines.log()};
};

TEST_F(SharedPlaybooksTest, AllWhoBeginAStepAtOnceSendTheSame) {
  std::mutex mutex;
  std::multiset<std::string> contents;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      auto entry = (i % 2 == 0 ? of_a : of_b).begin("step", "content " + std::to_string(i));
      const std::lock_guard lock(mutex);
      contents.insert(entry->changed.value_or("none"));
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(contents.count(*contents.begin()), 8U);
}

TEST_F(SharedPlaybooksTest, WhatOneAnsweredTheOtherKnows) {
  EXPECT_FALSE(*of_b.find("step"));
  static_cast<void>(of_a.begin("step", "content"));
  ASSERT_TRUE(*of_b.find("step"));
  EXPECT_FALSE(answered(of_b));
  of_a.answered("step");
  EXPECT_TRUE(answered(of_b));
  EXPECT_TRUE(of_b.begin("step", "other")->answered);
  static_cast<void>(of_a.begin("refused", "content"));
  of_a.refused("refused");
  EXPECT_EQ(of_b.begin("refused", "other")->changed, std::nullopt);
}

TEST_F(SharedPlaybooksTest, WhatOneAnsweredWhileTheServerWasAwayItTellsLater) {
  static_cast<void>(of_a.begin("step", "content"));
  a.lose_server();
  of_a.answered("step");
  EXPECT_TRUE(answered(of_a));
  a.find_server();
  EXPECT_TRUE(answered(of_a));
  EXPECT_TRUE(answered(of_b));
}

TEST_F(SharedPlaybooksTest, NothingIsAnsweredWhereOthersCouldNotKnow) {
  a.lose_server();
  EXPECT_FALSE(of_a.find("step"));
  EXPECT_FALSE(of_a.begin("step", "content"));
  a.find_server();
  EXPECT_FALSE(*of_b.find("step"));
}

// --- results that are not yet known to be imported ---

class SharedSentTest : public SharedStoreTest {
 protected:
  static runtime::SentResult result(const std::string& key, const std::string& work = "work") {
    return {.key = key,
            .work_id = work,
            .announced = 2,
            .draft_id = "draft",
            .applicant_id = "applicant",
            .entity_id = "file--1",
            .bundles = {"{1}", "{2}"}};
  }
  static std::vector<std::string> due(runtime::SharedSent& sent) {
    std::vector<std::string> keys;
    for (const auto& one : sent.due(10)) keys.push_back(one.key);
    return keys;
  }

  runtime::SentResultsOptions options{
      .most_bytes = 40, .most_results = 4, .first_look = 0ms, .write_again_after = 0ms};
  runtime::SharedSent of_a{options, a.shared, lines.log()};
  runtime::SharedSent of_b{options, b.shared, lines.log()};
};

TEST_F(SharedSentTest, WhatOneSentTheOtherCanSendAgain) {
  ASSERT_TRUE(of_a.keep(result("1")));
  ASSERT_TRUE(of_a.keep(result("2")));
  EXPECT_EQ(of_b.announced_for("1"), 2);
  EXPECT_EQ(of_b.announced_for("3"), std::nullopt);
  EXPECT_EQ(of_b.announced_by_others("work", "1"), 2);
  const auto read = of_b.read("1");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->draft_id, "draft");
  EXPECT_THAT(read->bundles, ElementsAre("{1}", "{2}"));
}

TEST_F(SharedSentTest, OneThatIsDueIsGivenToOneOnly) {
  ASSERT_TRUE(of_a.keep(result("1")));
  EXPECT_EQ(due(of_b), std::vector<std::string>{"1"});
  EXPECT_THAT(due(of_a), IsEmpty());
  of_b.postpone({{"1", 0ms}});
  const auto again = of_a.due(10);
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_EQ(again.front().looks, 1);
  EXPECT_LE(again.front().due, std::chrono::system_clock::now() + 1s);
}

TEST_F(SharedSentTest, OneThatIsLeftIsDueForTheOtherForAsLong) {
  ASSERT_TRUE(of_a.keep(result("1")));
  const auto given = of_a.due(10);
  ASSERT_THAT(given, SizeIs(1));
  of_a.leave(given);
  const auto again = of_b.due(10);
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_EQ(again.front().due, given.front().due);
  EXPECT_EQ(again.front().looks, 0);
}

TEST_F(SharedSentTest, KeepsTheBoundsOfAllTogether) {
  for (const auto* key : {"1", "2", "3", "4"}) EXPECT_TRUE(of_a.keep(result(key))) << key;
  EXPECT_FALSE(of_b.keep(result("5"))) << "too many";
  EXPECT_FALSE(of_b.has_room(1));
  of_b.forget({"1"});
  EXPECT_TRUE(of_b.has_room(7));
  auto large = result("5");
  large.bundles = {std::string(30, 'x')};
  EXPECT_FALSE(of_a.keep(large)) << "too large";
  EXPECT_EQ(server.ask({"GET", "test:sent-bytes"}), "21");
}

TEST_F(SharedSentTest, WhatIsForgottenWhileTheServerIsAwayIsNeverDueAgain) {
  ASSERT_TRUE(of_a.keep(result("1")));
  b.lose_server();
  of_b.forget({"1"});
  EXPECT_FALSE(of_b.has_room(1));
  EXPECT_FALSE(of_b.keep(result("2")));
  b.find_server();
  EXPECT_THAT(due(of_b), IsEmpty());
  EXPECT_EQ(server.ask({"EXISTS", "test:sent:1"}), "0");
  EXPECT_EQ(of_b.size(), 0);
}

// --- the pace ---

TEST_F(SharedStoreTest, TwoReplicasTogetherKeepThePace) {
  kaspersky::SharedPace of_a(a.shared, 2, {}), of_b(b.shared, 2, {});
  const auto begun = std::chrono::steady_clock::now();
  for (int n = 0; n < 6; ++n) {
    const auto wait = (n % 2 == 0 ? of_a : of_b).reserve();
    const auto passed = std::chrono::steady_clock::now() - begun;
    EXPECT_LE(wait, n * 500ms + 1ms);
    EXPECT_GE(wait + passed, n * 500ms - 1ms);
  }
}

TEST_F(SharedStoreTest, EachGoesAtItsShareOfThePaceWhileTheServerIsAway) {
  meet();
  kaspersky::testing::FakeClock clock;
  kaspersky::SharedPace of_a(a.shared, 2, clock.clock());
  server.stop();
  EXPECT_EQ(of_a.reserve(), 0s);
  EXPECT_EQ(of_a.reserve(), 1s);
  EXPECT_EQ(of_a.reserve(), 2s);
}

// --- how replicas know each other ---

TEST_F(SharedStoreTest, ReplicasComeAndGo) {
  meet();
  const auto others = a.replicas.others();
  ASSERT_THAT(others, SizeIs(1));
  EXPECT_EQ(others.front().name, "b");
  EXPECT_LT(std::chrono::system_clock::now() - others.front().started, 1min);
  std::optional<Replica> third(std::in_place, server, lines.log(), "c");
  EXPECT_TRUE(wait_until([&] { return a.replicas.alive() == 3 && b.replicas.alive() == 3; }));
  third.reset();
  EXPECT_TRUE(wait_until([&] { return a.replicas.alive() == 2; }, 900ms)) << "it took leave";
  EXPECT_TRUE(wait_until([&] { return lines.count("INFO", "Replica left replica=c") == 2; }));
  b.lose_server();
  EXPECT_TRUE(wait_until([&] { return a.replicas.alive() == 1; })) << "its lease ended";
  EXPECT_EQ(b.replicas.alive(), 2U) << "the last that it knew";
  b.find_server();
  meet();
}

TEST_F(SharedStoreTest, ANoteIsHeardOnceByEachOther) {
  std::atomic<int> by_a = 0, by_b = 0;
  std::mutex mutex;
  storage::Replicas::Note last;
  a.replicas.subscribe("rest", [&](const auto&) { ++by_a; });
  b.replicas.subscribe("rest", [&](const auto& note) {
    const std::lock_guard lock(mutex);
    last = note;
    ++by_b;
  });
  a.replicas.publish("rest", "first", 1min);
  EXPECT_TRUE(wait_until([&] { return by_b == 1; }));
  a.replicas.publish("rest", "second", 1min);
  EXPECT_TRUE(wait_until([&] { return by_b == 2; }));
  {
    const std::lock_guard lock(mutex);
    EXPECT_EQ(last.text, "second");
    EXPECT_GT(last.left, 30s);
    EXPECT_LE(last.left, 1min);
  }
  const Replica late(server, lines.log(), "c");
  EXPECT_TRUE(wait_until([&] { return late.replicas.others().size() == 2; }));
  EXPECT_EQ(by_a, 0) << "its own";
  EXPECT_EQ(by_b, 2) << "not again with each beat";
  a.replicas.unsubscribe("rest");
  b.replicas.unsubscribe("rest");
}

TEST_F(SharedStoreTest, WhatIsToldWhileTheServerIsAwayIsToldLater) {
  std::atomic<int> heard = 0;
  b.replicas.subscribe("rest", [&](const auto&) { ++heard; });
  a.lose_server();
  a.replicas.publish("rest", "", 1min);
  a.find_server();
  EXPECT_TRUE(wait_until([&] { return heard == 1; }));
  b.replicas.unsubscribe("rest");
}

TEST_F(SharedStoreTest, AResultWaitsForAnOlderOneOfAnotherReplica) {
  // Beats come by what happens, not by the clock.
  Replica slow_a(server, lines.log(), "slow a", 1h), slow_b(server, lines.log(), "slow b", 1h);
  runtime::PublishOrder of_a, of_b;
  for (auto* side : {&slow_a, &slow_b}) {
    auto& order = side == &slow_a ? of_a : of_b;
    auto& replicas = side->replicas;
    order.share({.set_oldest = [&](auto made) { replicas.set_oldest(made); },
                 .oldest_of_others = [&] { return replicas.oldest_of_others(); },
                 .wait_for_others = [&](bool waits) { replicas.wait_for_others(waits); }});
  }
  const auto first = of_a.draw(100);
  ASSERT_TRUE(wait_until([&] { return field("oldest", slow_a.replicas.id()) == "100"; }));
  const auto second = of_b.draw(200);
  ASSERT_TRUE(wait_until([&] { return slow_b.replicas.oldest_of_others() == 100; }));
  EXPECT_FALSE(of_b.reached(second));
  EXPECT_TRUE(of_a.reached(first));
  // While the first has one in hand, the other takes one that is older than its next.
  const auto third = of_a.draw(300);
  EXPECT_TRUE(wait_until([&] { return slow_a.replicas.oldest_of_others() == 200; }));
  of_a.leave(first);
  EXPECT_FALSE(of_a.reached(third));
  EXPECT_TRUE(wait_until([&] { return of_b.reached(second); }));
  of_b.leave(second);
  EXPECT_TRUE(wait_until([&] { return of_a.reached(third); }));
  of_a.leave(third);
  of_a.share({});
  of_b.share({});
}

// --- from a file, and back ---

class TransferTest : public SharedStoreTest {
 protected:
  /// By its real users.
  void fill(storage::Database& file) {
    kaspersky::FileAnswers answers(file, lines.log());
    answers.put("q", "answer", wide);
    answers.put("nothing", std::nullopt, wide);
    kaspersky::FileLedger ledger(file, lines.log());
    ledger.begin(today);
    ASSERT_EQ(counted(ledger, 3, 100), 3);
    ledger.learn(today, {.day_requests = 7, .day_quota = 500});
    runtime::FileAttempts attempts(file, lines.log());
    attempts.failed("m", {.attempts = 1}, "no memory");
    runtime::FilePlaybooks playbooks(file, lines.log());
    static_cast<void>(playbooks.begin("begun", "content"));
    static_cast<void>(playbooks.begin("done", "content"));
    playbooks.answered("done");
    runtime::FileSent sent({.first_look = 0ms}, file, lines.log());
    ASSERT_TRUE(sent.keep({.key = "r",
                           .work_id = "work",
                           .announced = 2,
                           .entity_id = "file--1",
                           .bundles = {"{1}", "{2}"}}));
  }
  static void expect_filled(kaspersky::AnswerStore& answers, kaspersky::RequestLedger& ledger,
                            runtime::Attempts& attempts, runtime::PlaybookLedger& playbooks,
                            runtime::SentResults& sent) {
    ASSERT_TRUE(answers.find("q"));
    EXPECT_LT(answers.find("q")->age, 60);
    EXPECT_EQ(answers.read("q", *answers.find("q"))->text, "answer");
    EXPECT_EQ(answers.read("nothing", *answers.find("nothing"))->text, std::nullopt);
    ledger.begin(today);
    const auto figures = ledger.figures(today);
    EXPECT_EQ(figures.ours, 3);
    EXPECT_EQ(figures.all, 7);
    EXPECT_EQ(figures.quota, 500);
    EXPECT_EQ(attempts.before("m").attempts, 2);
    EXPECT_EQ(attempts.before("m").reason, "no memory");
    EXPECT_EQ((*playbooks.find("begun"))->changed, "content");
    EXPECT_TRUE((*playbooks.find("done"))->answered);
    ASSERT_THAT(sent.due(10), SizeIs(1));
    EXPECT_EQ(sent.announced_for("r"), 2);
    EXPECT_EQ(sent.announced_by_others("work", ""), 2);
    EXPECT_THAT(sent.read("r")->bundles, ElementsAre("{1}", "{2}"));
  }
  void expect_filled(Replica& replica) {
    kaspersky::FileAnswers own(replica.own, lines.log());
    kaspersky::SharedAnswers answers(replica.shared, own, lines.log());
    kaspersky::SharedLedger ledger(replica.shared, lines.log());
    runtime::SharedAttempts attempts(replica.shared, lines.log());
    runtime::SharedPlaybooks playbooks(replica.shared, lines.log());
    runtime::SharedSent sent({}, replica.shared, lines.log());
    expect_filled(answers, ledger, attempts, playbooks, sent);
  }
  void expect_filled(storage::Database& file) {
    kaspersky::FileAnswers answers(file, lines.log());
    kaspersky::FileLedger ledger(file, lines.log());
    runtime::FileAttempts attempts(file, lines.log());
    runtime::FilePlaybooks playbooks(file, lines.log());
    runtime::FileSent sent({}, file, lines.log());
    expect_filled(answers, ledger, attempts, playbooks, sent);
  }
  static std::vector<std::int64_t> rows(
      const storage::Result<std::vector<storage::Transferred>>& done) {
    std::vector<std::int64_t> out;
    if (!done) return out;
    for (const auto& each : *done) out.push_back(each.rows);
    return out;
  }

  storage::Database before{storage::DatabaseOptions{}, lines.log()};
  storage::Database after{storage::DatabaseOptions{}, lines.log()};
};

TEST_F(TransferTest, WhatAFileHadIsKnownToReplicasAndToTheNextFile) {
  fill(before);
  EXPECT_THAT(rows(storage::import_into(a.redis, before)), ElementsAre(2, 1, 1, 2, 1));
  expect_filled(b);
  EXPECT_THAT(rows(storage::export_from(a.redis, after)), ElementsAre(2, 1, 1, 2, 1));
  expect_filled(after);
}

TEST_F(TransferTest, BothCanBeDoneAgain) {
  fill(before);
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(storage::import_into(a.redis, before));
    ASSERT_TRUE(storage::export_from(a.redis, after));
  }
  expect_filled(after);
  expect_filled(b);
  const auto sums = after.run("SELECT bytes, (SELECT sum(size) FROM answers) FROM answers_size");
  ASSERT_TRUE(sums);
  EXPECT_EQ(storage::number(sums->front()[0]), storage::number(sums->front()[1]));
  EXPECT_EQ(server.ask({"GET", "test:answers"}), std::to_string(2 * 400 + 6));
}

TEST_F(TransferTest, AnswersMayTogetherBeMoreThanOneReplyHolds) {
  kaspersky::FileAnswers own(a.own, lines.log());
  kaspersky::SharedAnswers answers(a.shared, own, lines.log());
  const std::string text(14'000'000, 'x');
  for (const auto* key : {"1", "2", "3", "4", "5"}) {
    answers.put(key, text, {.most_bytes = 100'000'000, .longest = 1h});
  }
  const auto done = storage::export_from(a.redis, after);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(rows(done).front(), 5);
}

TEST_F(TransferTest, AFullFileIsAnError) {
  kaspersky::FileAnswers own(a.own, lines.log());
  kaspersky::SharedAnswers(a.shared, own, lines.log()).put("q", std::string(900'000, 'x'), wide);
  storage::Database small({.max_size = 200'000}, lines.log());
  EXPECT_FALSE(storage::export_from(a.redis, small));
}

}  // namespace
