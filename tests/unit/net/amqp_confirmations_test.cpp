#include <gmock/gmock.h>

#include "net/amqp/detail/confirmations.hpp"

namespace net {
namespace {

AmqpConfirmed ack(std::uint64_t number) { return {number, false, true}; }
AmqpConfirmed ack_up_to(std::uint64_t number) { return {number, true, true}; }

class AmqpConfirmationsTest : public testing::Test {
 protected:
  AmqpConfirmationsTest() {
    for (int i = 0; i < 4; ++i) confirmations.sent();
  }

  // The connection has already published ten messages.
  std::uint64_t last_number = 10;
  AmqpConfirmations confirmations{last_number};
};

TEST_F(AmqpConfirmationsTest, MessagesAreConfirmedInAnyOrder) {
  EXPECT_EQ(confirmations.open(), 4);
  EXPECT_FALSE(confirmations.any());
  for (const auto number : {12, 11, 14, 13}) confirmations.on(ack(number));
  EXPECT_EQ(confirmations.open(), 0);
  EXPECT_TRUE(confirmations.any());
  EXPECT_FALSE(confirmations.problem());
}

TEST_F(AmqpConfirmationsTest, OneAnswerMayConfirmAllBeforeIt) {
  confirmations.on(ack(12));
  confirmations.on(ack_up_to(13));
  EXPECT_EQ(confirmations.open(), 1);
  confirmations.on(ack_up_to(14));
  EXPECT_EQ(confirmations.open(), 0);
}

TEST_F(AmqpConfirmationsTest, AnAnswerAboutEarlierMessagesConfirmsNothing) {
  confirmations.on(ack(10));
  confirmations.on(ack_up_to(10));
  EXPECT_EQ(confirmations.open(), 4);
}

TEST_F(AmqpConfirmationsTest, AReturnedMessageIsAProblemThoughItIsConfirmedAsWell) {
  confirmations.on(AmqpReturned{"NO_ROUTE", "exchange", "key"});
  confirmations.on(ack_up_to(14));
  EXPECT_EQ(confirmations.open(), 0);
  EXPECT_EQ(confirmations.problem().value().kind, ErrorKind::unroutable);
  EXPECT_THAT(confirmations.problem().value().message, testing::HasSubstr("NO_ROUTE"));
}

TEST_F(AmqpConfirmationsTest, TheFirstProblemIsReported) {
  confirmations.on(AmqpConfirmed{11, false, false});
  confirmations.on(AmqpReturned{"NO_ROUTE", "exchange", "key"});
  EXPECT_EQ(confirmations.open(), 3);
  EXPECT_EQ(confirmations.problem().value().kind, ErrorKind::protocol);
}

}  // namespace
}  // namespace net
