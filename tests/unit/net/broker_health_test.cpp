#include "net/amqp/detail/broker_health.hpp"

#include <gmock/gmock.h>

namespace net {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

std::chrono::nanoseconds pause_after(ErrorKind kind, int times = 1) {
  BrokerHealth outlook;
  for (int i = 0; i < times; ++i) outlook.note(failure(kind, "gone"));
  return *outlook.next_check() - std::chrono::steady_clock::now();
}

TEST(BrokerHealth, KnowsNothingAtFirstAndHasNothingToLookFor) {
  BrokerHealth outlook;
  EXPECT_FALSE(outlook.state().up);
  EXPECT_EQ(outlook.state().problem, "");
  EXPECT_FALSE(outlook.is_due());
  EXPECT_FALSE(outlook.check_now());
}

TEST(BrokerHealth, SaysWhyTheBrokerIsAwayUntilItIsBack) {
  BrokerHealth outlook;
  outlook.note(failure(ErrorKind::unreachable, "no route"));
  EXPECT_FALSE(outlook.state().up);
  EXPECT_THAT(outlook.state().problem, HasSubstr("no route; check that the broker runs"));
  outlook.note({});
  EXPECT_TRUE(outlook.state().up);
  EXPECT_EQ(outlook.state().problem, "");
  EXPECT_EQ(outlook.next_check(), std::nullopt);
}

TEST(BrokerHealth, LooksSoonThenLessAndLessOften) {
  EXPECT_LE(pause_after(ErrorKind::unreachable), 1s);
  EXPECT_GE(pause_after(ErrorKind::unreachable, 10), 25s);
  EXPECT_LE(pause_after(ErrorKind::unreachable, 30), 60s);
}

TEST(BrokerHealth, ChecksRarelyAfterRejectedCredentials) {
  EXPECT_GT(pause_after(ErrorKind::access_refused), 4min);
}

// While the connector is not ready, a gate may send it nothing, so no message shows that the alarm
// is over.
TEST(BrokerHealth, LooksAgainAfterAnAlarm) { EXPECT_LE(pause_after(ErrorKind::blocked), 30s); }

TEST(BrokerHealth, OtherSettingsAreTriedAtOnce) {
  BrokerHealth outlook;
  outlook.note(failure(ErrorKind::access_refused, "403"));
  EXPECT_FALSE(outlook.is_due());
  EXPECT_TRUE(outlook.check_now());
  EXPECT_TRUE(outlook.is_due());
}

TEST(BrokerHealth, AStopOfOursDoesNotCount) {
  BrokerHealth outlook;
  outlook.note({});
  outlook.note(failure(ErrorKind::stopped, "shutting down"));
  EXPECT_TRUE(outlook.state().up);
}

}  // namespace
}  // namespace net
