#include "runtime/turnstile.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>
#include <vector>

namespace runtime {
namespace {

TEST(Turnstile, LetsNumbersPassInTheOrderInWhichTheyWereDrawn) {
  Turnstile turnstile;
  std::vector<std::uint64_t> passed;
  std::vector<std::uint64_t> numbers;
  for (int i = 0; i < 50; ++i) numbers.push_back(turnstile.draw());
  {
    std::vector<std::jthread> threads;
    for (auto number = numbers.rbegin(); number != numbers.rend(); ++number) {
      threads.emplace_back([&, n = *number] {
        ASSERT_TRUE(turnstile.wait(n, {}));
        passed.push_back(n);
        turnstile.leave(n);
      });
    }
  }
  EXPECT_EQ(passed, numbers);
}

TEST(Turnstile, OneThatLeavesWithoutWaitingHoldsNobodyUp) {
  Turnstile turnstile;
  const auto first = turnstile.draw();
  const auto second = turnstile.draw();
  const auto third = turnstile.draw();
  turnstile.leave(second);
  turnstile.leave(first);
  EXPECT_TRUE(turnstile.wait(third, {}));
}

TEST(Turnstile, AStopEndsTheWait) {
  Turnstile turnstile;
  static_cast<void>(turnstile.draw());
  const auto second = turnstile.draw();
  std::stop_source source;
  std::jthread stopper([&] { source.request_stop(); });
  EXPECT_FALSE(turnstile.wait(second, source.get_token()));
}

TEST(Turn, LeavesByItselfAndOnlyOnce) {
  Turnstile turnstile;
  {
    Turn turn(turnstile, turnstile.draw());
    turn.leave();
  }
  { const Turn turn(turnstile, turnstile.draw()); }
  EXPECT_TRUE(turnstile.wait(turnstile.draw(), {}));
}

}  // namespace
}  // namespace runtime
