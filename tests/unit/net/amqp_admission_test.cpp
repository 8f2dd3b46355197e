#include <gtest/gtest.h>

#include "net/amqp/detail/admission.hpp"

namespace net {
namespace {

using namespace std::chrono_literals;

/// The budget has 500 bytes for large messages, one at a time, and 100 bytes for small ones.
class AmqpAdmissionTest : public ::testing::Test {
 protected:
  static constexpr DeliveryTag first{.connection = 1, .number = 7};
  static constexpr DeliveryTag second{.connection = 1, .number = 8};

  MemoryBudget memory{600};
  AmqpAdmission admission{&memory, [](std::size_t body) { return 2 * body; }};
  AmqpAdmission::Time now;
};

TEST_F(AmqpAdmissionTest, TakesTheMemoryOfAMessageBeforeItIsRead) {
  EXPECT_TRUE(admission.admit(200, false));
  EXPECT_FALSE(memory.try_take(400).has_value());
  {
    const auto lease = admission.take_lease();
    EXPECT_TRUE(lease.has_value());
    EXPECT_FALSE(admission.take_lease().has_value());
  }
  EXPECT_TRUE(memory.try_take(400).has_value());
}

TEST_F(AmqpAdmissionTest, AMessageGoesBackAsSoonAsThereIsMemoryForIt) {
  auto other = memory.try_take(400);
  EXPECT_FALSE(admission.admit(200, false));
  admission.wait(first, 200, now);
  EXPECT_TRUE(admission.must_be_asked());
  EXPECT_EQ(admission.next_to_go_back(now), std::nullopt);
  other.reset();
  EXPECT_EQ(admission.next_to_go_back(now), first);
  EXPECT_EQ(admission.next_to_go_back(now), std::nullopt) << "each message goes back only once";
}

TEST_F(AmqpAdmissionTest, ItsMemoryIsKeptUntilItComesAgain) {
  admission.wait(first, 200, now);
  EXPECT_EQ(admission.next_to_go_back(now), first);
  EXPECT_FALSE(memory.try_take(400).has_value());
  EXPECT_FALSE(admission.admit(201, true)) << "another message";
  EXPECT_FALSE(admission.admit(200, false)) << "another message of the same size";
  EXPECT_TRUE(admission.admit(200, true));
  EXPECT_TRUE(admission.take_lease().has_value());
  EXPECT_FALSE(admission.must_be_asked());
  EXPECT_TRUE(memory.try_take(400).has_value());
}

TEST_F(AmqpAdmissionTest, NoOtherGoesBackBeforeItHasComeAgain) {
  admission.wait(first, 200, now);
  admission.wait(second, 200, now);
  EXPECT_EQ(admission.next_to_go_back(now), first);
  EXPECT_EQ(admission.next_to_go_back(now), std::nullopt);
  {
    EXPECT_TRUE(admission.admit(200, true));
    const auto lease = admission.take_lease();
    EXPECT_EQ(admission.next_to_go_back(now), std::nullopt) << "the first is in work";
  }
  EXPECT_EQ(admission.next_to_go_back(now), second);
}

TEST_F(AmqpAdmissionTest, ItsMemoryIsFreeWhereAnotherConsumerHasReceivedIt) {
  admission.wait(first, 200, now);
  EXPECT_EQ(admission.next_to_go_back(now), first);
  EXPECT_TRUE(admission.must_be_asked());
  EXPECT_EQ(admission.next_to_go_back(now + 5s), std::nullopt);
  EXPECT_FALSE(admission.must_be_asked());
  EXPECT_TRUE(memory.try_take(400).has_value());
}

TEST_F(AmqpAdmissionTest, AndAfter25MinutesInAnyCase) {
  const auto other = memory.try_take(400);
  admission.wait(first, 200, now);
  admission.wait(second, 200, now + 1min);
  EXPECT_EQ(admission.next_to_go_back(now + 25min - 1ms), std::nullopt);
  EXPECT_EQ(admission.next_to_go_back(now + 25min), first);
  EXPECT_EQ(admission.next_to_go_back(now + 25min), std::nullopt)
      << "the second message has another minute to wait";
  EXPECT_EQ(admission.next_to_go_back(now + 26min), second);
}

TEST_F(AmqpAdmissionTest, ASmallOneDoesNotWaitBehindALargeOne) {
  const auto other = memory.try_take(400);
  admission.wait(first, 200, now);
  admission.wait(second, 3, now);
  EXPECT_EQ(admission.next_to_go_back(now), second);
  EXPECT_EQ(admission.next_to_go_back(now), std::nullopt);
}

TEST_F(AmqpAdmissionTest, OneThatIsLargerThanTheBudgetGoesBackInTime) {
  EXPECT_FALSE(admission.admit(1000, false));
  admission.wait(first, 1000, now);
  EXPECT_EQ(admission.next_to_go_back(now), std::nullopt);
  EXPECT_EQ(admission.next_to_go_back(now + 25min), first);
}

TEST_F(AmqpAdmissionTest, AnotherConnectionKnowsNothingOfThem) {
  EXPECT_TRUE(admission.admit(200, false));
  admission.wait(first, 200, now);
  admission.reset();
  EXPECT_FALSE(admission.must_be_asked());
  EXPECT_FALSE(admission.take_lease().has_value());
  EXPECT_TRUE(memory.try_take(400).has_value());
}

TEST_F(AmqpAdmissionTest, WithoutABudgetThereIsAlwaysEnough) {
  AmqpAdmission unbounded(nullptr, {});
  EXPECT_TRUE(unbounded.admit(1'000'000'000, false));
  EXPECT_FALSE(unbounded.take_lease().has_value());
}

}  // namespace
}  // namespace net
