#include <gmock/gmock.h>

#include "redis_scripts.hpp"
#include "support/log_lines.hpp"
#include "support/private_redis.hpp"
#include "support/tcp_proxy.hpp"
#include "support/wait_until.hpp"

namespace storage {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

class RedisOverTls : public testing::Test {
 protected:
  void SetUp() override {
    if (!redis_has_tls()) GTEST_SKIP() << "hiredis has no TLS";
  }

  RedisAddress address(const std::string& host = "127.0.0.1") const {
    auto address = server.address();
    address.servers = {{host, server.tls_port()}};
    address.tls = true;
    address.ca = identity.certificate;
    return address;
  }
  static RedisOptions options(RedisAddress address) {
    return {.address = std::move(address), .prefix = "test:", .timeout = 5s, .retry_after = 10ms};
  }
  std::string error_with(RedisAddress address) {
    Redis redis(options(std::move(address)), lines.log());
    const auto result = redis.run(put, {"a"}, {"1"});
    return result ? "" : result.error().message;
  }

  const support::TlsIdentity identity = support::make_tls_identity();
  const support::PrivateRedis server{{.password = "open-sesame", .identity = identity}};
  support::LogLines lines;
};

TEST_F(RedisOverTls, RunsScripts) {
  Redis redis(options(address()), lines.log());
  const std::string value(8'000'000, 'x');
  ASSERT_TRUE(redis.run(put, {"a"}, {value})) << redis.problem();
  EXPECT_EQ(redis.run(get, {"a"}, {}, value.size())->text(), value);
  EXPECT_EQ(error_with(address("localhost")), "");
}

TEST_F(RedisOverTls, KeepsItsConnections) {
  const support::TcpProxy proxy(server.tls_port());
  auto by_proxy = address();
  by_proxy.servers.front().port = proxy.port();
  Redis redis(options(by_proxy), lines.log());
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(redis.run(put, {"a"}, {"1"}));
  EXPECT_EQ(proxy.connections(), 1);
}

TEST_F(RedisOverTls, NeedsACertificateOfATrustedCa) {
  auto other = address();
  other.ca = support::make_tls_identity().certificate;
  EXPECT_THAT(error_with(other), AllOf(StartsWith("the TLS handshake with Redis at 127.0.0.1:"),
                                       HasSubstr("(self-signed certificate)")));
  other.ca.clear();
  EXPECT_THAT(error_with(other), HasSubstr("(self-signed certificate)"));
}

TEST_F(RedisOverTls, NeedsACertificateForTheHost) {
  const support::TcpProxy proxy(server.tls_port(), "127.0.0.2");
  auto other = address("127.0.0.2");
  other.servers.front().port = proxy.port();
  EXPECT_THAT(error_with(other), HasSubstr("(IP address mismatch)"));
  // Another spelling of 127.0.0.1, which certificates do not contain.
  EXPECT_THAT(error_with(address("127.1")), HasSubstr("(hostname mismatch)"));
}

TEST_F(RedisOverTls, PresentsItsCertificate) {
  server.ask({"CONFIG", "SET", "tls-auth-clients", "yes"});
  EXPECT_NE(error_with(address()), "");
  auto with_certificate = address();
  with_certificate.certificate = identity.certificate;
  with_certificate.key = identity.key;
  EXPECT_EQ(error_with(with_certificate), "");
}

TEST_F(RedisOverTls, SaysThatThePortIsOfTheOtherKind) {
  auto plain = address();
  plain.tls = false;
  EXPECT_THAT(error_with(plain), HasSubstr("whether its port is for TLS"));
  auto wrong = address();
  wrong.servers = server.address().servers;
  EXPECT_THAT(error_with(wrong), StartsWith("the TLS handshake with Redis at 127.0.0.1:"));
}

TEST_F(RedisOverTls, WaitsForAPausedServerNoLongerThanTheTimeout) {
  auto impatient = options(address());
  impatient.timeout = 1s;
  Redis redis(impatient, lines.log());
  ASSERT_TRUE(redis.run(put, {"a"}, {"1"}));
  server.pause();
  const auto start = std::chrono::steady_clock::now();
  const auto result = redis.run(put, {"a"}, {"2"});
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("within 1000 ms"));
  EXPECT_FALSE(redis.run(put, {"a"}, {"2"}));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 4s);
  server.resume();
  EXPECT_TRUE(support::wait_until([&] { return redis.run(put, {"a"}, {"1"}).has_value(); }))
      << redis.problem();
}

}  // namespace
}  // namespace storage
