#include "runtime/turnstile.hpp"

#include <gtest/gtest.h>

namespace runtime {
namespace {

TEST(Turnstile, LetsNumbersPassInTheOrderInWhichTheyWereDrawn) {
  Turnstile turnstile;
  const auto first = turnstile.draw();
  const auto second = turnstile.draw();
  EXPECT_TRUE(turnstile.reached(first));
  EXPECT_FALSE(turnstile.reached(second));
  turnstile.leave(first);
  EXPECT_TRUE(turnstile.reached(second));
}

TEST(Turnstile, OneThatLeavesWithoutWaitingHoldsNobodyUp) {
  Turnstile turnstile;
  const auto first = turnstile.draw();
  const auto second = turnstile.draw();
  const auto third = turnstile.draw();
  turnstile.leave(second);
  EXPECT_FALSE(turnstile.reached(third));
  turnstile.leave(first);
  EXPECT_TRUE(turnstile.reached(third));
}

TEST(Turnstile, TellsWhenATurnMayHaveCome) {
  int moves = 0;
  Turnstile turnstile([&] { ++moves; });
  const auto first = turnstile.draw();
  const auto second = turnstile.draw();
  turnstile.leave(second);
  EXPECT_EQ(moves, 0);
  turnstile.leave(first);
  EXPECT_EQ(moves, 1);
}

TEST(Turn, LeavesByItselfAndOnlyOnce) {
  Turnstile turnstile;
  {
    Turn turn(turnstile);
    turn.leave();
  }
  { const Turn turn(turnstile); }
  EXPECT_TRUE(turnstile.reached(turnstile.draw()));
}

}  // namespace
}  // namespace runtime
