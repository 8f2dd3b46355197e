#include "runtime/publish_order.hpp"

#include <gtest/gtest.h>

namespace runtime {
namespace {

TEST(PublishOrder, LetsNumbersPassInTheOrderInWhichTheyWereDrawn) {
  PublishOrder order;
  const auto first = order.draw();
  const auto second = order.draw();
  EXPECT_TRUE(order.reached(first));
  EXPECT_FALSE(order.reached(second));
  order.leave(first);
  EXPECT_TRUE(order.reached(second));
}

TEST(PublishOrder, OneThatLeavesWithoutWaitingHoldsNobodyUp) {
  PublishOrder order;
  const auto first = order.draw();
  const auto second = order.draw();
  const auto third = order.draw();
  order.leave(second);
  EXPECT_FALSE(order.reached(third));
  order.leave(first);
  EXPECT_TRUE(order.reached(third));
}

TEST(PublishOrder, TellsWhenATurnMayHaveCome) {
  int moves = 0;
  PublishOrder order([&] { ++moves; });
  const auto first = order.draw();
  const auto second = order.draw();
  order.leave(second);
  EXPECT_EQ(moves, 0);
  order.leave(first);
  EXPECT_EQ(moves, 1);
}

TEST(Turn, LeavesByItselfAndOnlyOnce) {
  PublishOrder order;
  {
    Turn turn(order);
    turn.leave();
  }
  { const Turn turn(order); }
  EXPECT_TRUE(order.reached(order.draw()));
}

}  // namespace
}  // namespace runtime
