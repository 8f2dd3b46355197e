#include "net/deadline.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace net {
namespace {

using namespace std::chrono_literals;

TEST(Deadline, HasNothingLeftOncePassed) {
  EXPECT_TRUE(Deadline::after(0ms).passed());
  EXPECT_FALSE(Deadline::after(1h).passed());
}

TEST(Deadline, AStopEndsItAtOnce) {
  std::stop_source source;
  const auto deadline = Deadline::after(1h, source.get_token());
  source.request_stop();
  EXPECT_TRUE(deadline.passed());
  EXPECT_TRUE(deadline.stopped());
}

TEST(Deadline, WithinNeverExtends) {
  const auto deadline = Deadline::after(10ms);
  EXPECT_EQ(deadline.within(1h).at(), deadline.at());
  EXPECT_LT(Deadline::after(1h).within(10ms).remaining(), 1s);
}

TEST(Pause, IsCutShortByAStop) {
  std::stop_source source;
  std::jthread stopper([&source] { source.request_stop(); });
  EXPECT_FALSE(pause(1h, source.get_token()));
}

TEST(Pause, LastsWhenNobodyStopsIt) { EXPECT_TRUE(pause(1ms, {})); }

}  // namespace
}  // namespace net
