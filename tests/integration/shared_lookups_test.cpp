// The state of lookups that replicas share: the daily count of requests, answers, and the pace.
#include <gmock/gmock.h>

#include <thread>

#include "integration/replicas_fixture.hpp"
#include "kaspersky/answer_cache.hpp"
#include "kaspersky/file_answers.hpp"
#include "kaspersky/shared_answers.hpp"
#include "kaspersky/shared_ledger.hpp"
#include "kaspersky/shared_pace.hpp"
#include "unit/kaspersky/lookup_doubles.hpp"

namespace {

using namespace support::replicas;
using testing::HasSubstr;
using Claim = kaspersky::AnswerStore::Claim;
using Figures = kaspersky::RequestLedger::Figures;

// --- the daily count of requests ---

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

TEST_F(SharedLedgerTest, BothKnowTheLicenceCountThatOneReceives) {
  of_a.learn(today, {.day_requests = 50, .day_quota = 1'000});
  EXPECT_TRUE(wait_until([&] { return of_b.figures(today).all == 50; }));
  EXPECT_EQ(of_b.figures(today).quota, 1'000);
  of_b.learn(today, {.day_requests = 40, .day_quota = 1'000});
  EXPECT_EQ(of_b.figures(today).all, 50)
      << "an older answer that arrives later does not lower the count";
  of_b.correct(today, {.day_requests = 40, .day_quota = 1'000});
  EXPECT_EQ(of_b.figures(today).all, 40);
}

TEST_F(SharedLedgerTest, EachSpendsItsShareOfTheRemainderWhileTheServerIsAway) {
  meet();
  ASSERT_EQ(counted(of_a, 20, 100), 20);
  ASSERT_TRUE(both_say(20));
  server.stop();
  EXPECT_EQ(counted(of_a, 100, 100), 40);
  EXPECT_EQ(counted(of_b, 100, 100), 40);
  EXPECT_THAT(of_a.problem(), HasSubstr("with a share of what was left"));
}

TEST_F(SharedLedgerTest, RequestsMadeWithoutTheServerAreCountedOnceItIsBack) {
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

TEST_F(SharedLedgerTest, AServerThatLostItsDataReceivesTodaysCountOfEach) {
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
  EXPECT_EQ(of_b.claim("q", of_b.find("q"), 60s), Claim::ours)
      << "an answer that can no longer be used is looked up again";
  EXPECT_GT(of_a.size(), 0);
}

TEST_F(SharedAnswersTest, NotFoundIsAnAnswer) {
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
  EXPECT_EQ(of_a.claim("q", std::nullopt, 60s), Claim::of_another)
      << "a replica can release only its own claim";
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
  const kaspersky::AnswerStore::Bounds narrow{.max_bytes = 3'000, .longest = 1h};
  const std::string text(600, 'x');
  of_a.put("0", text, narrow);
  // Makes the entries older; ages are in seconds.
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

TEST_F(SharedAnswersTest, AgesCountByTheServersClockAndEntriesExpire) {
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
  of_b.put("new", "answer", {.max_bytes = wide.max_bytes, .longest = 90s});
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
  using kaspersky::fakes::about;
  using kaspersky::fakes::soon;
  meet();
  kaspersky::fakes::ScriptedLookup tip{{kaspersky::fakes::found_in("Green")}};
  tip.hold("a.example");
  const kaspersky::AnswerCacheOptions options{
      .lifetimes = {.default_lifetime = 24h, .zones = {}, .not_found = 6h},
      .key = [](const kaspersky::Inquiry& inquiry) { return inquiry.value; }};
  kaspersky::AnswerCache cache_a(options, tip, of_a), cache_b(options, tip, of_b);
  std::atomic<int> found = 0;
  std::vector<std::thread> threads;
  for (auto* cache : {&cache_a, &cache_b}) {
    threads.emplace_back([&, cache] {
      found += kaspersky::fakes::is<kaspersky::Found>(cache->look_up(about("a.example"), soon()));
    });
  }
  EXPECT_TRUE(tip.asked(1));
  tip.release("a.example");
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(found, 2);
  EXPECT_EQ(tip.calls(), 1U);
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
  kaspersky::fakes::FakeClock clock;
  kaspersky::SharedPace of_a(a.shared, 2, clock.clock());
  server.stop();
  EXPECT_EQ(of_a.reserve(), 0s);
  EXPECT_EQ(of_a.reserve(), 1s);
  EXPECT_EQ(of_a.reserve(), 2s);
}

}  // namespace
