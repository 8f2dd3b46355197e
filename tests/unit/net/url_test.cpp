#include <gtest/gtest.h>

#include "net/http/client.hpp"

namespace net {
namespace {

TEST(PercentEncode, LeavesOnlyUnreservedCharacters) {
  EXPECT_EQ(percent_encode("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(percent_encode("http://a/b?c=d#e%20 ü"),
            "http%3A%2F%2Fa%2Fb%3Fc%3Dd%23e%2520%20%C3%BC");
  EXPECT_EQ(percent_encode(std::string_view("\0\n", 2)), "%00%0A");
}

TEST(JoinUrl, PutsExactlyOneSlashBetween) {
  for (const auto* base : {"https://proxy.example/tip", "https://proxy.example/tip/"}) {
    for (const auto* path : {"api/x", "/api/x"}) {
      EXPECT_EQ(join_url(base, path), "https://proxy.example/tip/api/x");
    }
  }
}

}  // namespace
}  // namespace net
