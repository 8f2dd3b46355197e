#include "net/amqp/detail/delivery_tracker.hpp"

#include <gtest/gtest.h>

namespace net {
namespace {

using namespace std::chrono_literals;
using Verdict = DeliveryTracker::Verdict;

class DeliveryTrackerTest : public ::testing::Test {
 protected:
  DeliveryTrackerTest() { books.begin(); }

  DeliveryTracker books;
  DeliveryTracker::Time now;
};

TEST_F(DeliveryTrackerTest, AMessageIsSettledOnce) {
  const auto tag = books.delivered(7, now);
  EXPECT_TRUE(books.settle(tag, Verdict::acknowledge));
  EXPECT_FALSE(books.settle(tag, Verdict::reject));
  EXPECT_FALSE(books.set_aside(tag, now, 1s));
  const auto told = books.take();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].number, 7U);
  EXPECT_EQ(told[0].verdict, Verdict::acknowledge);
  EXPECT_TRUE(books.take().empty());
}

TEST_F(DeliveryTrackerTest, ATagOfAnEarlierConnectionHasNoEffect) {
  const auto tag = books.delivered(7, now);
  books.end();
  books.begin();
  EXPECT_FALSE(books.current(tag));
  EXPECT_FALSE(books.settle(tag, Verdict::acknowledge));
  EXPECT_TRUE(books.take().empty());
}

TEST_F(DeliveryTrackerTest, WhatWasSettledAndNotWrittenIsLostWithItsConnection) {
  const auto first = books.delivered(1, now);
  const auto second = books.delivered(2, now);
  books.settle(first, Verdict::acknowledge);
  books.written(books.take().size());
  books.settle(second, Verdict::acknowledge);
  books.end();
  EXPECT_TRUE(books.lost_some());
  EXPECT_EQ(books.settled(), books.written());
  books.begin();
  EXPECT_FALSE(books.lost_some());
}

TEST_F(DeliveryTrackerTest, SettlingAfterTheEndIsToldAsLost) {
  const auto tag = books.delivered(1, now);
  books.end();
  EXPECT_FALSE(books.lost_some());
  EXPECT_FALSE(books.settle(tag, Verdict::acknowledge));
  EXPECT_TRUE(books.lost_some());
}

TEST_F(DeliveryTrackerTest, WhatIsSetAsideGoesBackWhenItsTimeOrItsRoomIsOver) {
  books.set_aside(books.delivered(1, now), now, 10s);
  books.set_aside(books.delivered(2, now), now + 9s, 10s);
  books.give_back_aside(true, now + 9s);
  EXPECT_EQ(books.aside(), 2U);
  books.give_back_aside(true, now + 10s);
  EXPECT_EQ(books.aside(), 0U);
  EXPECT_EQ(books.take().size(), 2U);

  books.set_aside(books.delivered(3, now), now, 10s);
  books.give_back_aside(false, now);
  const auto told = books.take();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].verdict, Verdict::give_back);
}

TEST_F(DeliveryTrackerTest, WhatIsSetAsideIsTheBrokersAgainWhenTheConnectionEnds) {
  books.set_aside(books.delivered(1, now), now, 10s);
  books.end();
  books.begin();
  books.give_back_aside(false, now);
  EXPECT_TRUE(books.take().empty());
}

TEST_F(DeliveryTrackerTest, WhatComesAgainIsKnownOnceTheQueueIsThereAgain) {
  const auto tag = books.delivered(7, now);
  EXPECT_EQ(books.holding(tag), Holding::ours);
  books.end();
  EXPECT_EQ(books.holding(tag), Holding::ours);
  books.begin();
  EXPECT_EQ(books.holding(tag), Holding::taken_back);
}

TEST_F(DeliveryTrackerTest, WhatWasInAQueueThatIsGoneDoesNotComeAgain) {
  const auto tag = books.delivered(7, now);
  books.end();
  books.lose_queue();
  EXPECT_EQ(books.holding(tag), Holding::gone);
  EXPECT_FALSE(books.settle(tag, Verdict::acknowledge));
  EXPECT_FALSE(books.lost_some());
  books.begin();
  EXPECT_EQ(books.holding(tag), Holding::gone);
  EXPECT_EQ(books.holding(books.delivered(7, now)), Holding::ours);
}

TEST_F(DeliveryTrackerTest, WhatIsPostponedIsGivenBackWhenItsTimeIsOver) {
  const auto first = books.delivered(7, now);
  const auto second = books.delivered(8, now);
  EXPECT_TRUE(books.postpone(first, now, 10s));
  EXPECT_FALSE(books.postpone(first, now, 10s));
  EXPECT_TRUE(books.postpone(second, now, 20s));
  EXPECT_EQ(books.postponed(), 2U);
  books.give_back_postponed(now + 10s);
  EXPECT_EQ(books.postponed(), 1U);
  const auto told = books.take();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].number, 7U);
  EXPECT_EQ(told[0].verdict, Verdict::give_back);
}

TEST_F(DeliveryTrackerTest, NothingWaitsUntilTheBrokerLosesPatience) {
  books.postpone(books.delivered(1, now), now + 20min, 15min);
  books.set_aside(books.delivered(2, now), now + 20min, 15min);
  books.give_back_postponed(now + DeliveryTracker::longest_in_hand);
  books.give_back_aside(true, now + DeliveryTracker::longest_in_hand);
  EXPECT_EQ(books.take().size(), 2U);
}

}  // namespace
}  // namespace net
