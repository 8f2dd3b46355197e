#include "kaspersky/throttle.hpp"

#include <gmock/gmock.h>

#include <future>

#include "unit/kaspersky/lookup_doubles.hpp"

namespace kaspersky {
namespace {

using testing::about;
using ::testing::ElementsAre;
using testing::is;
using testing::soon;
using namespace std::chrono_literals;

TEST(Throttle, WithoutALimitNobodyWaits) {
  testing::ScriptedLookup tip;
  testing::FakeClock clock;
  Throttle throttle({.clock = clock.clock()}, tip);
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(is<NotFound>(throttle.look_up(about("a"), soon(0ms))));
}

TEST(Throttle, SpreadsRequestsEvenly) {
  testing::ScriptedLookup tip;
  Throttle throttle({.requests_per_second = 50}, tip);
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 11; ++i) static_cast<void>(throttle.look_up(about("a"), soon()));
  EXPECT_GE(std::chrono::steady_clock::now() - start, 199ms);
}

TEST(Throttle, TellsAtOnceWhoCannotHaveATurnInTime) {
  testing::ScriptedLookup tip;
  testing::FakeClock clock;
  Throttle throttle({.requests_per_second = 1, .clock = clock.clock()}, tip);
  EXPECT_TRUE(is<NotFound>(throttle.look_up(about("a"), soon())));
  const auto second = throttle.look_up(about("b"), soon(500ms));
  ASSERT_TRUE(is<RateLimited>(second));
  EXPECT_EQ(std::get<RateLimited>(second).retry_after, 1s);
  clock.advance(1s);
  EXPECT_TRUE(is<NotFound>(throttle.look_up(about("b"), soon(500ms))));
}

TEST(Throttle, UsesAMomentThatWasTakenForItUnlessItIsLongPast) {
  testing::ScriptedLookup tip;
  testing::FakeClock clock;
  int moments = 0;
  std::chrono::nanoseconds wait = 10s;
  const auto reserve = [&] {
    ++moments;
    return wait;
  };
  Throttle throttle({.clock = clock.clock(), .reserve = reserve}, tip);
  const auto asked = [&] { return is<NotFound>(throttle.look_up(about("a"), soon(500ms))); };
  EXPECT_FALSE(asked());
  clock.advance(10s);
  EXPECT_TRUE(asked());
  EXPECT_EQ(moments, 1);
  EXPECT_FALSE(asked());
  clock.advance(20s);
  wait = 0s;
  EXPECT_TRUE(asked());
  EXPECT_EQ(moments, 3);
}

TEST(Throttle, LetsPeopleGoFirstThenPlaybooks) {
  testing::ScriptedLookup tip;
  testing::FakeClock clock;
  Throttle throttle({.requests_per_second = 20, .clock = clock.clock()}, tip);
  static_cast<void>(throttle.look_up(about("first"), soon()));
  std::vector<std::future<void>> asking;
  for (const auto& [value, purpose] :
       {std::pair{"automatic", Purpose::automatic}, std::pair{"playbook", Purpose::playbook},
        std::pair{"manual", Purpose::manual}}) {
    asking.push_back(std::async(std::launch::async, [&throttle, value = value, purpose = purpose] {
      static_cast<void>(throttle.look_up(about(value, purpose), soon()));
    }));
  }
  // The clock stands still until all of them wait.
  ASSERT_TRUE(support::wait_until([&] { return throttle.waiting() == asking.size(); }));
  for (std::size_t asked = 2; asked <= 4; ++asked) {
    clock.advance(50ms);
    ASSERT_TRUE(tip.asked(asked));
  }
  for (auto& one : asking) one.get();
  EXPECT_THAT(tip.values(), ElementsAre("first", "manual", "playbook", "automatic"));
}

TEST(Throttle, TellsHowLongItRests) {
  testing::ScriptedLookup tip({RateLimited{30s}, NotFound{}});
  testing::FakeClock clock;
  Throttle throttle({.clock = clock.clock()}, tip);
  EXPECT_EQ(throttle.rest(), 0s);
  EXPECT_TRUE(is<RateLimited>(throttle.look_up(about("a"), soon())));
  EXPECT_EQ(throttle.rest(), 30s);
  clock.advance(20s);
  EXPECT_EQ(throttle.rest(), 10s);
  clock.advance(20s);
  EXPECT_EQ(throttle.rest(), 0s);
}

TEST(Throttle, KeepsARestThatTheServiceAskedForWithAll) {
  testing::ScriptedLookup tip({RateLimited{30s}, NotFound{}});
  testing::FakeClock clock;
  Throttle throttle({.clock = clock.clock()}, tip);
  EXPECT_TRUE(is<RateLimited>(throttle.look_up(about("a"), soon(1s))));
  clock.advance(29s);
  const auto early = throttle.look_up(about("b"), soon(500ms));
  ASSERT_TRUE(is<RateLimited>(early));
  EXPECT_EQ(std::get<RateLimited>(early).retry_after, 1s);
  EXPECT_EQ(tip.calls(), 1U);
  clock.advance(1s);
  EXPECT_TRUE(is<NotFound>(throttle.look_up(about("b"), soon(500ms))));
}

TEST(Throttle, WaitsForTheEndOfAShortRest) {
  testing::ScriptedLookup tip({RateLimited{1s}, NotFound{}});
  Throttle throttle({}, tip);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(is<RateLimited>(throttle.look_up(about("a"), soon())));
  EXPECT_TRUE(is<NotFound>(throttle.look_up(about("b"), soon())));
  EXPECT_GE(std::chrono::steady_clock::now() - start, 1s);
}

TEST(Throttle, DoesNotBelieveThatItHasToRestForADay) {
  testing::ScriptedLookup tip({RateLimited{86'400s}, NotFound{}});
  testing::FakeClock clock;
  Throttle throttle({.longest_rest = 1h, .clock = clock.clock()}, tip);
  static_cast<void>(throttle.look_up(about("a"), soon(1s)));
  clock.advance(1h);
  EXPECT_TRUE(is<NotFound>(throttle.look_up(about("b"), soon(1s))));
}

TEST(Throttle, RestsLongerEachTimeWhereTheServiceDoesNotSayForHowLong) {
  testing::ScriptedLookup tip({RateLimited{}});
  testing::FakeClock clock;
  Throttle throttle({.clock = clock.clock()}, tip);
  static_cast<void>(throttle.look_up(about("a"), soon(1ms)));
  for (const auto rest : {1s, 2s, 4s, 8s, 16s, 32s, 64s, 128s, 256s, 300s, 300s}) {
    const auto before = tip.calls();
    clock.advance(rest - 1ms);
    const auto early = throttle.look_up(about("a"), soon(1ms));
    EXPECT_EQ(std::get<RateLimited>(early).retry_after, 1s) << rest.count();
    EXPECT_EQ(tip.calls(), before) << rest.count();
    clock.advance(1ms);
    const auto again = throttle.look_up(about("a"), soon(1ms));
    EXPECT_EQ(std::get<RateLimited>(again).retry_after, std::nullopt);
    EXPECT_EQ(tip.calls(), before + 1) << rest.count();
  }
}

TEST(Throttle, BeginsWithAShortRestAfterAnAnswer) {
  testing::ScriptedLookup tip;
  testing::FakeClock clock;
  Throttle throttle({.clock = clock.clock()}, tip);
  for (const Outcome& outcome : {Outcome(NotFound{}), Outcome(Unavailable{"status 503"})}) {
    tip.answer({RateLimited{}, RateLimited{}, outcome, RateLimited{}, NotFound{}});
    for (const auto pause : {0s, 1s, 2s, 0s}) {
      clock.advance(pause);
      static_cast<void>(throttle.look_up(about("a"), soon(1ms)));
    }
    clock.advance(1s);
    EXPECT_TRUE(is<NotFound>(throttle.look_up(about("a"), soon(1ms))));
  }
}

TEST(Throttle, LearnsNothingFromWhatWasNotAsked) {
  testing::ScriptedLookup tip({RateLimited{}, RateLimited{}, QuotaSpent{}, RateLimited{}});
  testing::FakeClock clock;
  Throttle throttle({.clock = clock.clock()}, tip);
  for (const auto pause : {0s, 1s, 2s, 2s}) {
    clock.advance(pause);
    static_cast<void>(throttle.look_up(about("a"), soon(1ms)));
  }
  const auto told = throttle.look_up(about("a"), soon(1ms));
  EXPECT_EQ(tip.calls(), 4U);
  EXPECT_EQ(std::get<RateLimited>(told).retry_after, 4s);
}

TEST(Throttle, ThoseWhoWereRefusedTogetherRestOnce) {
  testing::ScriptedLookup tip({RateLimited{}});
  testing::FakeClock clock;
  Throttle throttle({.clock = clock.clock()}, tip);
  tip.hold("a");
  std::vector<std::future<Outcome>> asking;
  for (int i = 0; i < 8; ++i) {
    asking.push_back(
        std::async(std::launch::async, [&] { return throttle.look_up(about("a"), soon()); }));
  }
  ASSERT_TRUE(tip.asked(8));
  tip.release("a");
  for (auto& one : asking) one.get();
  const auto told = throttle.look_up(about("b"), soon(1ms));
  EXPECT_EQ(std::get<RateLimited>(told).retry_after, 1s);
}

TEST(Throttle, OneTriesFirstAfterSuchARest) {
  testing::ScriptedLookup tip({RateLimited{}, NotFound{}});
  testing::FakeClock clock;
  Throttle throttle({.clock = clock.clock()}, tip);
  static_cast<void>(throttle.look_up(about("a"), soon(1ms)));
  clock.advance(1s);
  tip.hold("a");
  auto first = std::async(std::launch::async, [&] { return throttle.look_up(about("a"), soon()); });
  ASSERT_TRUE(tip.asked(2));
  EXPECT_TRUE(is<RateLimited>(throttle.look_up(about("b"), soon(1ms))));
  auto second =
      std::async(std::launch::async, [&] { return throttle.look_up(about("c"), soon()); });
  tip.release("a");
  EXPECT_TRUE(is<NotFound>(first.get()));
  EXPECT_TRUE(is<NotFound>(second.get())) << "the clock stands still: it was let go by the answer";
  EXPECT_THAT(tip.values(), ElementsAre("a", "a", "c"));
}

TEST(Throttle, AStopEndsTheWait) {
  testing::ScriptedLookup tip;
  Throttle throttle({.requests_per_second = 1}, tip);
  std::stop_source stop;
  static_cast<void>(throttle.look_up(about("a"), soon()));
  // Far enough behind the others that only the stop can end it in time.
  auto waiting = std::async(std::launch::async, [&] {
    return throttle.look_up(about("b"), net::Deadline::after(1h, stop.get_token()));
  });
  stop.request_stop();
  EXPECT_EQ(waiting.wait_for(20s), std::future_status::ready);
}

}  // namespace
}  // namespace kaspersky
