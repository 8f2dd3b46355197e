#include "kaspersky/throttle.hpp"

#include <gmock/gmock.h>

#include <future>

#include "unit/kaspersky/lookup_doubles.hpp"

namespace kaspersky {
namespace {

using fakes::about;
using fakes::is;
using fakes::soon;
using ::testing::ElementsAre;
using namespace std::chrono_literals;

TEST(Throttle, WithoutALimitNobodyWaits) {
  fakes::ScriptedLookup tip;
  fakes::FakeClock clock;
  Throttle throttle({.clock = clock.clock()}, tip);
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(is<NotFound>(throttle.look_up(about("a"), soon(0ms))));
}

TEST(Throttle, SpreadsRequestsEvenly) {
  fakes::ScriptedLookup tip;
  Throttle throttle({.requests_per_second = 50}, tip);
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 11; ++i) static_cast<void>(throttle.look_up(about("a"), soon()));
  EXPECT_GE(std::chrono::steady_clock::now() - start, 199ms);
}

TEST(Throttle, ReturnsRateLimitedAtOnceIfTheTurnIsTooLate) {
  fakes::ScriptedLookup tip;
  fakes::FakeClock clock;
  Throttle throttle({.requests_per_second = 1, .clock = clock.clock()}, tip);
  EXPECT_TRUE(is<NotFound>(throttle.look_up(about("a"), soon())));
  const auto second = throttle.look_up(about("b"), soon(500ms));
  ASSERT_TRUE(is<RateLimited>(second));
  EXPECT_EQ(std::get<RateLimited>(second).retry_after, 1s);
  clock.advance(1s);
  EXPECT_TRUE(is<NotFound>(throttle.look_up(about("b"), soon(500ms))));
}

TEST(Throttle, UsesAMomentThatWasTakenForItUnlessItIsLongPast) {
  fakes::ScriptedLookup tip;
  fakes::FakeClock clock;
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

TEST(Throttle, LetsManualRequestsGoFirstThenPlaybooks) {
  fakes::ScriptedLookup tip;
  fakes::FakeClock clock;
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
  // The clock does not move until all of them wait.
  ASSERT_TRUE(support::wait_until([&] { return throttle.waiting() == asking.size(); }));
  for (std::size_t asked = 2; asked <= 4; ++asked) {
    clock.advance(50ms);
    ASSERT_TRUE(tip.asked(asked));
  }
  for (auto& one : asking) one.get();
  EXPECT_THAT(tip.values(), ElementsAre("first", "manual", "playbook", "automatic"));
}

TEST(Throttle, ReportsHowLongItRests) {
  fakes::ScriptedLookup tip({RateLimited{30s}, NotFound{}});
  fakes::FakeClock clock;
  Throttle throttle({.clock = clock.clock()}, tip);
  EXPECT_EQ(throttle.remaining_pause(), 0s);
  EXPECT_TRUE(is<RateLimited>(throttle.look_up(about("a"), soon())));
  EXPECT_EQ(throttle.remaining_pause(), 30s);
  clock.advance(20s);
  EXPECT_EQ(throttle.remaining_pause(), 10s);
  clock.advance(20s);
  EXPECT_EQ(throttle.remaining_pause(), 0s);
}

TEST(Throttle, KeepsARestThatTheServiceAskedForWithAll) {
  fakes::ScriptedLookup tip({RateLimited{30s}, NotFound{}});
  fakes::FakeClock clock;
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
  fakes::ScriptedLookup tip({RateLimited{1s}, NotFound{}});
  Throttle throttle({}, tip);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(is<RateLimited>(throttle.look_up(about("a"), soon())));
  EXPECT_TRUE(is<NotFound>(throttle.look_up(about("b"), soon())));
  EXPECT_GE(std::chrono::steady_clock::now() - start, 1s);
}

TEST(Throttle, RestsForLessThanADayWhateverTheServiceSays) {
  fakes::ScriptedLookup tip({RateLimited{86'400s}, NotFound{}});
  fakes::FakeClock clock;
  Throttle throttle({.longest_pause = 1h, .clock = clock.clock()}, tip);
  static_cast<void>(throttle.look_up(about("a"), soon(1s)));
  clock.advance(1h);
  EXPECT_TRUE(is<NotFound>(throttle.look_up(about("b"), soon(1s))));
}

TEST(Throttle, RestsLongerEachTimeWhereTheServiceDoesNotSayForHowLong) {
  fakes::ScriptedLookup tip({RateLimited{}});
  fakes::FakeClock clock;
  Throttle throttle({.clock = clock.clock()}, tip);
  static_cast<void>(throttle.look_up(about("a"), soon(1ms)));
  for (const auto pause : {1s, 2s, 4s, 8s, 16s, 32s, 64s, 128s, 256s, 300s, 300s}) {
    const auto before = tip.calls();
    clock.advance(pause - 1ms);
    const auto early = throttle.look_up(about("a"), soon(1ms));
    EXPECT_EQ(std::get<RateLimited>(early).retry_after, 1s) << pause.count();
    EXPECT_EQ(tip.calls(), before) << pause.count();
    clock.advance(1ms);
    const auto again = throttle.look_up(about("a"), soon(1ms));
    EXPECT_EQ(std::get<RateLimited>(again).retry_after, std::nullopt);
    EXPECT_EQ(tip.calls(), before + 1) << pause.count();
  }
}

TEST(Throttle, BeginsWithAShortRestAfterAnAnswer) {
  fakes::ScriptedLookup tip;
  fakes::FakeClock clock;
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

TEST(Throttle, IgnoresLookupsThatSentNoRequest) {
  fakes::ScriptedLookup tip({RateLimited{}, RateLimited{}, QuotaExhausted{}, RateLimited{}});
  fakes::FakeClock clock;
  Throttle throttle({.clock = clock.clock()}, tip);
  for (const auto pause : {0s, 1s, 2s, 2s}) {
    clock.advance(pause);
    static_cast<void>(throttle.look_up(about("a"), soon(1ms)));
  }
  const auto told = throttle.look_up(about("a"), soon(1ms));
  EXPECT_EQ(tip.calls(), 4U);
  EXPECT_EQ(std::get<RateLimited>(told).retry_after, 4s);
}

TEST(Throttle, RequestsThatAreLimitedTogetherCauseOneRest) {
  fakes::ScriptedLookup tip({RateLimited{}});
  fakes::FakeClock clock;
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
  fakes::ScriptedLookup tip({RateLimited{}, NotFound{}});
  fakes::FakeClock clock;
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
  EXPECT_TRUE(is<NotFound>(second.get()))
      << "the clock did not move: the answer to the first lookup released it";
  EXPECT_THAT(tip.values(), ElementsAre("a", "a", "c"));
}

TEST(Throttle, AStopEndsTheWait) {
  fakes::ScriptedLookup tip;
  Throttle throttle({.requests_per_second = 1}, tip);
  std::stop_source stop;
  static_cast<void>(throttle.look_up(about("a"), soon()));
  // Its deadline is so far away that only the stop can end the wait in time.
  auto waiting = std::async(std::launch::async, [&] {
    return throttle.look_up(about("b"), net::Deadline::after(1h, stop.get_token()));
  });
  stop.request_stop();
  EXPECT_EQ(waiting.wait_for(20s), std::future_status::ready);
}

}  // namespace
}  // namespace kaspersky
