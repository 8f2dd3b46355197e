#include "net/backoff.hpp"

#include <gtest/gtest.h>

namespace net {
namespace {

using std::chrono::milliseconds;

TEST(Backoff, DoublesUpToTheLongestWait) {
  Backoff backoff({milliseconds(100), milliseconds(1000)}, [] { return 1.0; });
  EXPECT_EQ(backoff.next(), milliseconds(100));
  EXPECT_EQ(backoff.next(), milliseconds(200));
  EXPECT_EQ(backoff.next(), milliseconds(400));
  EXPECT_EQ(backoff.next(), milliseconds(800));
  EXPECT_EQ(backoff.next(), milliseconds(1000));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(backoff.next(), milliseconds(1000));
}

TEST(Backoff, NeverWaitsLessThanHalf) {
  Backoff backoff({milliseconds(100), milliseconds(1000)}, [] { return 0.0; });
  EXPECT_EQ(backoff.next(), milliseconds(50));
}

TEST(Backoff, IsShortAgainAfterASuccess) {
  Backoff backoff({milliseconds(100), milliseconds(1000)}, [] { return 1.0; });
  static_cast<void>(backoff.next());
  static_cast<void>(backoff.next());
  backoff.reset();
  EXPECT_EQ(backoff.next(), milliseconds(100));
}

}  // namespace
}  // namespace net
