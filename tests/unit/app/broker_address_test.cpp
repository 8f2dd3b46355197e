#include <gtest/gtest.h>

#include "app/options.hpp"

namespace app {
namespace {

const net::AmqpAddress told{.host = "told", .user = "its user", .password = "its password"};

TEST(BrokerAddress, CredentialsOfTheSettingsGoToTheHostOfTheSettingsAlone) {
  settings::Broker broker{.user = "our user", .pass = "our password"};
  EXPECT_EQ(broker_address(told, broker), told);
  broker.host = "ours";
  const auto address = broker_address(told, broker);
  EXPECT_EQ(address.host, "ours");
  EXPECT_EQ(address.user, "our user");
  EXPECT_EQ(address.password, "our password");
}

TEST(BrokerAddress, UnsetPartsComeFromThePlatform) {
  const auto address = broker_address(told, {.host = "ours"});
  EXPECT_EQ(address.host, "ours");
  EXPECT_EQ(address.user, "its user");
  EXPECT_EQ(address.password, "its password");
}

TEST(BrokerAddress, ThePlatformDoesNotTurnEncryptionOff) {
  EXPECT_TRUE(broker_address(told, {.host = "ours", .use_ssl = true}).tls);
}

}  // namespace
}  // namespace app
