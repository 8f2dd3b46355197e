#include <gmock/gmock.h>

#include "consuming.hpp"
#include "net/amqp/publisher.hpp"
#include "support/files.hpp"
#include "support/tcp_proxy.hpp"

namespace net {
namespace {

using support::Broker;
using support::Queue;
using support::text_of;
using testing::HasSubstr;
using testing::Not;

class AmqpTlsTest : public testing::Test {
 protected:
  AmqpTlsTest() {
    address = broker.address();
    address.port = broker.tls_port();
    address.tls.emplace();
    address.tls->ca = broker.tls_file("ca.pem");
  }

  Result<void> publish() {
    AmqpPublisher publisher(connection_to(address), lines.log());
    return publisher.publish({{"", queue.name(), "x"}}, Deadline::after(std::chrono::seconds(20)));
  }

  void expect_failure(ErrorKind kind, const std::string& text) {
    const auto result = publish();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, kind) << result.error().message;
    EXPECT_THAT(result.error().message, HasSubstr(text));
    EXPECT_THAT(result.error().message, Not(HasSubstr("BEGIN")));
  }

  void use_client_certificate() {
    address.tls->certificate = broker.tls_file("client.pem");
    address.tls->key = broker.tls_file("client.key");
    address.tls->passphrase = "secret";
  }

  const Broker broker;
  Queue queue{broker};
  support::LogLines lines;
  AmqpAddress address;
};

TEST_F(AmqpTlsTest, ACertificateForTheIpAddressIsAccepted) {
  address.host = "127.0.0.1";
  EXPECT_TRUE(publish());
}

TEST_F(AmqpTlsTest, ACertificateForTheNameIsAccepted) {
  address.host = "localhost";
  EXPECT_TRUE(publish());
}

TEST_F(AmqpTlsTest, TheCaMayBeGivenAsText) {
  address.tls->ca = text_of(broker.tls_file("ca.pem"));
  EXPECT_TRUE(publish());
}

TEST_F(AmqpTlsTest, AConsumerTakesMessages) {
  queue.put("x");
  const Inbox inbox({connection_to(address), queue.name()});
  EXPECT_TRUE(inbox.holds(1));
}

TEST_F(AmqpTlsTest, ACertificateForAnotherIpAddressIsRejected) {
  const support::TcpProxy proxy(broker.tls_port(), "127.0.0.2");
  address.host = "127.0.0.2";
  address.port = proxy.port();
  expect_failure(ErrorKind::tls, "IP address mismatch");
}

TEST_F(AmqpTlsTest, ACertificateForAnotherNameIsRejected) {
  address.host =
      "127.1";  // Resolves to 127.0.0.1, but is not an IP address in the form of certificates.
  expect_failure(ErrorKind::tls, "hostname mismatch");
}

TEST_F(AmqpTlsTest, ACertificateOfAnUnknownCaIsRejected) {
  address.tls->ca.clear();
  expect_failure(ErrorKind::tls, "self-signed certificate in certificate chain");
}

TEST_F(AmqpTlsTest, WithoutVerificationAnyCertificateIsAccepted) {
  const support::TcpProxy proxy(broker.tls_port(), "127.0.0.2");
  address.host = "127.0.0.2";
  address.port = proxy.port();
  address.tls->ca.clear();
  address.tls->verify_peer = false;
  EXPECT_TRUE(publish());
}

TEST_F(AmqpTlsTest, AClientCertificateIsPresented) {
  use_client_certificate();
  EXPECT_TRUE(publish());

  // A client certificate that the broker's CA did not issue is rejected, so the broker does check
  // it.
  address.tls->certificate = broker.tls_file("stranger.pem");
  address.tls->key = broker.tls_file("stranger.key");
  expect_failure(ErrorKind::tls, "while logging in");
}

TEST_F(AmqpTlsTest, TheClientCertificateMayBeGivenAsText) {
  use_client_certificate();
  address.tls->certificate = text_of(address.tls->certificate);
  address.tls->key = text_of(address.tls->key);
  EXPECT_TRUE(publish());
}

TEST_F(AmqpTlsTest, AMissingOrWrongPassphraseIsReported) {
  use_client_certificate();
  address.tls->passphrase.clear();
  expect_failure(ErrorKind::invalid, "TLS passphrase: the key needs one");

  address.tls->passphrase = "open-sesame";
  expect_failure(ErrorKind::invalid, "TLS key: cannot be decrypted with the passphrase");
}

TEST_F(AmqpTlsTest, ASettingThatIsNotKeyMaterialIsReportedWithoutItsValue) {
  address.tls->ca = "MIIBhTCCASugAwIBAgIU";
  expect_failure(ErrorKind::invalid, "TLS ca: neither PEM text nor a file that can be read");

  address.tls->ca = broker.tls_file("client.key");
  expect_failure(ErrorKind::invalid, "TLS ca: holds no certificate");

  address.tls->ca = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  expect_failure(ErrorKind::invalid, "TLS ca: a certificate in it is damaged");

  address.tls->ca = broker.tls_file("ca.pem");
  use_client_certificate();
  address.tls->key.clear();
  expect_failure(ErrorKind::invalid, "TLS key: missing");

  use_client_certificate();
  address.tls->certificate = broker.tls_file("ca.pem");
  expect_failure(ErrorKind::invalid, "TLS key: does not belong to the certificate");
}

TEST_F(AmqpTlsTest, APortWithoutTlsIsReported) {
  address.port = broker.port();
  expect_failure(ErrorKind::tls, "the TLS handshake failed: wrong version number");
}

TEST_F(AmqpTlsTest, APortWithoutABrokerIsUnreachable) {
  {
    const support::TcpProxy gone(broker.port());
    address.port = gone.port();
  }
  expect_failure(ErrorKind::unreachable, "Connection refused");
}

TEST_F(AmqpTlsTest, PlainTextToATlsPortIsReported) {
  address.tls.reset();
  expect_failure(ErrorKind::disconnected, "the port may be for TLS");
}

}  // namespace
}  // namespace net
