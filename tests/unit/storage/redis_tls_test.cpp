#include "storage/redis_tls.hpp"

#include <gmock/gmock.h>

#include <stdexcept>

#include "storage/redis.hpp"
#include "support/log_lines.hpp"
#include "support/temporary_folder.hpp"
#include "support/tls_identity.hpp"

namespace storage {
namespace {

using testing::HasSubstr;
using testing::Not;

class RedisTlsTest : public testing::Test {
 protected:
  std::string error() const {
    try {
      const RedisTls tls(address);
      return "";
    } catch (const std::runtime_error& error) {
      return error.what();
    }
  }

  const support::TlsIdentity identity = support::make_tls_identity();
  const support::TemporaryFolder folder;
  RedisAddress address;
};

TEST_F(RedisTlsTest, NeedsNothing) {
  EXPECT_EQ(error(), "");
  EXPECT_TRUE(RedisTls(address).session("redis.example"));
  EXPECT_TRUE(RedisTls(address).session("10.0.0.1"));
  EXPECT_TRUE(RedisTls(address).session("::1"));
}

TEST_F(RedisTlsTest, TakesPemTextAndFiles) {
  address.ca = address.certificate = identity.certificate;
  address.key = identity.key;
  EXPECT_EQ(error(), "");
  address.ca = address.certificate = folder.write("certificate.pem", identity.certificate);
  address.key = folder.write("key.pem", identity.key);
  EXPECT_EQ(error(), "");
}

TEST_F(RedisTlsTest, NamesUnusableSettingsWithoutTheirValue) {
  address.ca = "/no/such/file";
  EXPECT_THAT(error(), HasSubstr("TLS ca for Redis: neither PEM text nor a readable file"));
  EXPECT_THAT(error(), Not(HasSubstr("/no/such")));
  address.ca = folder.write("empty", "");
  EXPECT_EQ(error(), "TLS ca for Redis: holds no certificate (PEM)");
  address.ca = identity.key;
  EXPECT_EQ(error(), "TLS ca for Redis: holds no certificate (PEM)");
  address.ca = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  EXPECT_EQ(error(), "TLS ca for Redis: a certificate in it is damaged");

  address.ca.clear();
  address.certificate = identity.certificate;
  EXPECT_EQ(error(), "TLS key for Redis: is missing: the certificate needs one");
  address.key = identity.certificate;
  EXPECT_EQ(error(), "TLS key for Redis: holds no private key without a passphrase (PEM)");
  address.key = support::make_tls_identity().key;
  EXPECT_EQ(error(), "TLS key for Redis: does not belong to the certificate");
}

TEST_F(RedisTlsTest, IsRejectedWhereHiredisLacksIt) {
  if (redis_has_tls()) GTEST_SKIP() << "hiredis has TLS";
  support::LogLines lines;
  address.servers = {{"redis", 6379}};
  address.tls = true;
  try {
    const Redis redis({.address = address}, lines.log());
    ADD_FAILURE() << "no exception";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("TLS to Redis needs hiredis 1.0 or later"));
  }
}

}  // namespace
}  // namespace storage
