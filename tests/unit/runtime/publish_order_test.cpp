#include "runtime/publish_order.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "support/wait_until.hpp"

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

TEST(PublishOrder, ReportsWhenATurnMayHaveCome) {
  int moves = 0;
  PublishOrder order([&] { ++moves; });
  const auto first = order.draw();
  const auto second = order.draw();
  order.leave(second);
  EXPECT_EQ(moves, 0);
  order.leave(first);
  EXPECT_EQ(moves, 1);
}

/// Two replicas, each of which always knows the oldest work of the other.
class PublishOrderOfReplicas : public testing::Test {
 protected:
  static constexpr auto none = std::numeric_limits<std::int64_t>::max();
  PublishOrderOfReplicas() {
    share(one, oldest_of_one, oldest_of_other);
    share(other, oldest_of_other, oldest_of_one);
  }
  void share(PublishOrder& order, std::int64_t& own, std::int64_t& others) const {
    order.share({.set_oldest = [&own](auto made) { own = made.value_or(none); },
                 .oldest_of_others = [&others] { return others; },
                 .wait_for_others = [](bool) {},
                 .longest_wait = longest_wait});
  }

  std::chrono::milliseconds longest_wait = std::chrono::hours(1);
  std::int64_t oldest_of_one = none;
  std::int64_t oldest_of_other = none;
  PublishOrder one;
  PublishOrder other;
};

TEST_F(PublishOrderOfReplicas, WaitsForAnOlderResultOfTheOther) {
  const auto older = one.draw(100), newer = other.draw(200);
  EXPECT_FALSE(other.reached(newer));
  EXPECT_TRUE(one.reached(older));
  one.leave(older);
  EXPECT_TRUE(other.reached(newer));
}

TEST_F(PublishOrderOfReplicas, DoesNotWaitInACircle) {
  // Each replica got an old work by redelivery after a newer one.
  struct Drawn {
    PublishOrder& order;
    std::uint64_t number;
  };
  std::vector<Drawn> inside{{one, one.draw(300)},
                            {one, one.draw(100)},
                            {other, other.draw(400)},
                            {other, other.draw(200)}};
  while (!inside.empty()) {
    const auto next = std::find_if(inside.begin(), inside.end(), [](const auto& drawn) {
      return drawn.order.reached(drawn.number);
    });
    ASSERT_NE(next, inside.end());
    next->order.leave(next->number);
    std::vector<Drawn> left;
    for (const auto& drawn : inside) {
      if (&drawn != &*next) left.push_back(drawn);
    }
    inside.swap(left);
  }
}

TEST_F(PublishOrderOfReplicas, OneWhoseTimeIsUnknownComesAfterAllThatWereDrawnBefore) {
  const auto first = one.draw();
  EXPECT_EQ(oldest_of_one, none) << "the other replica does not wait for it";
  const auto newest = one.draw(200), older = one.draw(100), unknown = one.draw();
  EXPECT_EQ(oldest_of_one, 100);
  for (const auto number : {first, older, newest, unknown}) {
    EXPECT_TRUE(one.reached(number)) << number;
    one.leave(number);
  }
}

TEST_F(PublishOrderOfReplicas, WaitsWithoutEffectOnlyOnce) {
  longest_wait = std::chrono::milliseconds(30);
  share(other, oldest_of_other, oldest_of_one);
  static_cast<void>(one.draw(100));
  const auto first = other.draw(200), second = other.draw(300);
  EXPECT_FALSE(other.reached(first));
  EXPECT_TRUE(support::wait_until([&] { return other.reached(first); }));
  other.leave(first);
  EXPECT_TRUE(other.reached(second));
}

TEST(Turn, LeavesAutomaticallyAndOnlyOnce) {
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
