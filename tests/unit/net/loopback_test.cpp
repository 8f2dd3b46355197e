#include "net/loopback.hpp"

#include <gmock/gmock.h>

namespace net {
namespace {

TEST(LoopbackName, IsThisHostAloneAndNotALongerName) {
  for (const auto* own : {"localhost", "LocalHost", "127.0.0.1", "127.8.9.1", "::1", "[::1]"}) {
    EXPECT_TRUE(is_loopback(own)) << own;
  }
  for (const auto* other :
       {"", "localhost.example", "127.evil.example", "10.0.0.1", "::2", "0.0.0.0", "128.0.0.1"}) {
    EXPECT_FALSE(is_loopback(other)) << other;
  }
}

}  // namespace
}  // namespace net
