#include "net/try_port.hpp"

#include <gmock/gmock.h>

#include "support/http_server.hpp"

namespace net {
namespace {

TEST(TryPort, FindsAPortThatIsFreeAndTakesNothing) {
  const auto port = support::unused_port();
  EXPECT_FALSE(try_port("127.0.0.1", port));
  EXPECT_FALSE(try_port("127.0.0.1", port));
}

TEST(TryPort, FindsAPortThatAnotherServerHas) {
  const support::HttpServer server(support::in_order({{}}));
  EXPECT_EQ(try_port("127.0.0.1", server.port()), std::errc::address_in_use);
  EXPECT_EQ(try_port("0.0.0.0", server.port()), std::errc::address_in_use);
}

TEST(TryPort, FindsAnAddressThatThisMachineDoesNotHave) {
  EXPECT_EQ(try_port("192.0.2.1", support::unused_port()), std::errc::address_not_available);
  EXPECT_EQ(try_port("localhost", support::unused_port()), std::errc::invalid_argument);
}

}  // namespace
}  // namespace net
