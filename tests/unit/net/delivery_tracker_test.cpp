#include "net/amqp/detail/delivery_tracker.hpp"

#include <gtest/gtest.h>

namespace net {
namespace {

using namespace std::chrono_literals;
using SettlementKind = DeliveryTracker::SettlementKind;

class DeliveryTrackerTest : public ::testing::Test {
 protected:
  DeliveryTrackerTest() { deliveries.begin(); }

  DeliveryTracker deliveries;
  DeliveryTracker::Time now;
};

TEST_F(DeliveryTrackerTest, AMessageIsSettledOnce) {
  const auto tag = deliveries.delivered(7, now);
  EXPECT_TRUE(deliveries.settle(tag, SettlementKind::acknowledge));
  EXPECT_FALSE(deliveries.settle(tag, SettlementKind::reject));
  EXPECT_FALSE(deliveries.defer(tag, now, 1s));
  const auto sent = deliveries.take();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].number, 7U);
  EXPECT_EQ(sent[0].kind, SettlementKind::acknowledge);
  EXPECT_TRUE(deliveries.take().empty());
}

TEST_F(DeliveryTrackerTest, ATagOfAnEarlierConnectionHasNoEffect) {
  const auto tag = deliveries.delivered(7, now);
  deliveries.end();
  deliveries.begin();
  EXPECT_FALSE(deliveries.current(tag));
  EXPECT_FALSE(deliveries.settle(tag, SettlementKind::acknowledge));
  EXPECT_TRUE(deliveries.take().empty());
}

TEST_F(DeliveryTrackerTest, AnUnwrittenSettlementIsLostWithItsConnection) {
  const auto first = deliveries.delivered(1, now);
  const auto second = deliveries.delivered(2, now);
  deliveries.settle(first, SettlementKind::acknowledge);
  deliveries.written(deliveries.take().size());
  deliveries.settle(second, SettlementKind::acknowledge);
  deliveries.end();
  EXPECT_TRUE(deliveries.lost_some());
  EXPECT_EQ(deliveries.settled(), deliveries.written());
  deliveries.begin();
  EXPECT_FALSE(deliveries.lost_some());
}

TEST_F(DeliveryTrackerTest, SettlingAfterTheEndIsReportedAsLost) {
  const auto tag = deliveries.delivered(1, now);
  deliveries.end();
  EXPECT_FALSE(deliveries.lost_some());
  EXPECT_FALSE(deliveries.settle(tag, SettlementKind::acknowledge));
  EXPECT_TRUE(deliveries.lost_some());
}

TEST_F(DeliveryTrackerTest, APostponedMessageGoesBackWhenItsTimeOrItsRoomIsOver) {
  deliveries.defer(deliveries.delivered(1, now), now, 10s);
  deliveries.defer(deliveries.delivered(2, now), now + 9s, 10s);
  deliveries.give_back_deferred(true, now + 9s);
  EXPECT_EQ(deliveries.deferred(), 2U);
  deliveries.give_back_deferred(true, now + 10s);
  EXPECT_EQ(deliveries.deferred(), 0U);
  EXPECT_EQ(deliveries.take().size(), 2U);

  deliveries.defer(deliveries.delivered(3, now), now, 10s);
  deliveries.give_back_deferred(false, now);
  const auto sent = deliveries.take();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].kind, SettlementKind::give_back);
}

TEST_F(DeliveryTrackerTest, APostponedMessageIsTheBrokersAgainWhenTheConnectionEnds) {
  deliveries.defer(deliveries.delivered(1, now), now, 10s);
  deliveries.end();
  deliveries.begin();
  deliveries.give_back_deferred(false, now);
  EXPECT_TRUE(deliveries.take().empty());
}

TEST_F(DeliveryTrackerTest, RedeliveriesAreKnownOnceTheQueueIsThereAgain) {
  const auto tag = deliveries.delivered(7, now);
  EXPECT_EQ(deliveries.delivery_state(tag), DeliveryState::held);
  deliveries.end();
  EXPECT_EQ(deliveries.delivery_state(tag), DeliveryState::held);
  deliveries.begin();
  EXPECT_EQ(deliveries.delivery_state(tag), DeliveryState::requeued);
}

TEST_F(DeliveryTrackerTest, AMessageOfADeletedQueueDoesNotComeAgain) {
  const auto tag = deliveries.delivered(7, now);
  deliveries.end();
  deliveries.lose_queue();
  EXPECT_EQ(deliveries.delivery_state(tag), DeliveryState::gone);
  EXPECT_FALSE(deliveries.settle(tag, SettlementKind::acknowledge));
  EXPECT_FALSE(deliveries.lost_some());
  deliveries.begin();
  EXPECT_EQ(deliveries.delivery_state(tag), DeliveryState::gone);
  EXPECT_EQ(deliveries.delivery_state(deliveries.delivered(7, now)), DeliveryState::held);
}

TEST_F(DeliveryTrackerTest, AMessagePostponedToATimeIsGivenBackThen) {
  const auto first = deliveries.delivered(7, now);
  const auto second = deliveries.delivered(8, now);
  EXPECT_TRUE(deliveries.postpone(first, now, 10s));
  EXPECT_FALSE(deliveries.postpone(first, now, 10s));
  EXPECT_TRUE(deliveries.postpone(second, now, 20s));
  EXPECT_EQ(deliveries.postponed(), 2U);
  deliveries.give_back_postponed(now + 10s);
  EXPECT_EQ(deliveries.postponed(), 1U);
  const auto sent = deliveries.take();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].number, 7U);
  EXPECT_EQ(sent[0].kind, SettlementKind::give_back);
}

TEST_F(DeliveryTrackerTest, NothingWaitsUntilTheBrokerLosesPatience) {
  deliveries.postpone(deliveries.delivered(1, now), now + 20min, 15min);
  deliveries.defer(deliveries.delivered(2, now), now + 20min, 15min);
  deliveries.give_back_postponed(now + DeliveryTracker::longest_in_hand);
  deliveries.give_back_deferred(true, now + DeliveryTracker::longest_in_hand);
  EXPECT_EQ(deliveries.take().size(), 2U);
}

}  // namespace
}  // namespace net
