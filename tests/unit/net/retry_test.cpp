#include "net/retry.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace net {
namespace {

using namespace std::chrono_literals;

TEST(Retry, WaitsBetweenTriesUntilTheDeadline) {
  const auto begun = std::chrono::steady_clock::now();
  Retry retry({.first = 2ms, .longest = 4ms}, Deadline::after(100ms));
  int tries = 1;
  while (retry.wait()) ++tries;
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 90ms)
      << "another wait of 4 ms would have ended before the deadline";
  EXPECT_GE(tries, 2);
  EXPECT_LE(tries, 52) << "a wait is never shorter than half its interval";
}

TEST(Retry, BeginsNoWaitThatDoesNotFit) {
  const auto begun = std::chrono::steady_clock::now();
  Retry retry({.first = 10min, .longest = 10min}, Deadline::after(1min));
  EXPECT_FALSE(retry.wait());
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 30s);
}

TEST(Retry, AStopEndsTheWait) {
  std::stop_source source;
  Retry retry({.first = 10min, .longest = 10min}, source.get_token());
  std::jthread stopping([&] { source.request_stop(); });
  EXPECT_FALSE(retry.wait());
  EXPECT_FALSE(retry.wait()) << "after the stop no wait begins";
}

TEST(Retry, WithoutADeadlineItGoesOn) {
  Retry retry({.first = 1ms, .longest = 1ms}, std::stop_token());
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(retry.wait());
}

}  // namespace
}  // namespace net
