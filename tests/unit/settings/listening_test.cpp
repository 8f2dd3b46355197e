#include <gmock/gmock.h>

#include "settings/listening_rows.hpp"
#include "unit/settings/fixture.hpp"

namespace settings {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

const std::pair<const std::string, std::string> plain{"CONNECTOR_LISTEN_PROTOCOL_API_PLAIN",
                                                      "true"};

Listening listening(const Environment& environment) {
  const FakeFiles files{{"/c.pem", "-----BEGIN CERTIFICATE-----"},
                        {"/k.pem", "-----BEGIN PRIVATE KEY-----"}};
  const auto loaded = load(with(environment), std::nullopt, files);
  EXPECT_TRUE(loaded) << loaded.error().front();
  return loaded ? loaded->settings.listening : Listening{};
}

std::vector<std::string> problems(Environment environment) {
  environment.emplace("CONNECTOR_LISTEN_PROTOCOL", "api");
  const auto loaded = load(with(environment), std::nullopt, FakeFiles());
  return loaded ? Problems() : loaded.error();
}

TEST(Listening, IsToTheQueueByDefaultInAnyLetterCase) {
  EXPECT_EQ(listening({}).protocol, ListenProtocol::amqp);
  EXPECT_EQ(listening({{"CONNECTOR_LISTEN_PROTOCOL", "AMQP"}}).protocol, ListenProtocol::amqp);
  EXPECT_EQ(listening({{"CONNECTOR_LISTEN_PROTOCOL", "API"}}).protocol, ListenProtocol::api);
}

TEST(Listening, SendsThePlatformTheAddressForWorkers) {
  EXPECT_EQ(callback_url(listening({})), "http://127.0.0.1:7070/api/callback");
  EXPECT_EQ(callback_url(listening({{"CONNECTOR_LISTEN_PROTOCOL_API_SSL", "true"},
                                    {"CONNECTOR_LISTEN_PROTOCOL_API_PORT", "8443"},
                                    {"CONNECTOR_LISTEN_PROTOCOL_API_PATH", "/in"}})),
            "https://127.0.0.1:8443/in");
  EXPECT_EQ(callback_url(listening({{"CONNECTOR_LISTEN_PROTOCOL_API_URI", "http://me:1/"}, plain})),
            "http://me:1/api/callback");
}

TEST(Listening, AcceptsThisHostOnlyWhileTheAddressForWorkersIsTheLoopback) {
  EXPECT_EQ(listening_address(listening({})), "127.0.0.1");
  EXPECT_EQ(
      listening_address(listening({{"CONNECTOR_LISTEN_PROTOCOL_API_URI", "http://me:1"}, plain})),
      "0.0.0.0");
  EXPECT_EQ(listening_address(listening({{"CONNECTOR_LISTEN_PROTOCOL_API_URI", "http://me:1"},
                                         {"CONNECTOR_LISTEN_PROTOCOL_API_ADDRESS", "::1"}})),
            "::1");
}

TEST(Listening, HasItsKeysWherePyctiHasThem) {
  const FakeFiles files{{"/c.pem", "-----BEGIN CERTIFICATE-----"},
                        {"/k.pem", "-----BEGIN PRIVATE KEY-----"}};
  const auto loaded = load(with({{"LISTEN_PROTOCOL_API_SSL_KEY", "/k.pem"}}),
                           "connector:\n  listen_protocol: API\n  listen_protocol_api_ssl: true\n"
                           "  listen_protocol_api_ssl_cert: /c.pem\n",
                           files);
  ASSERT_TRUE(loaded) << loaded.error().front();
  EXPECT_EQ(loaded->settings.listening.ssl_cert, "/c.pem");
  EXPECT_EQ(loaded->settings.listening.ssl_key, "/k.pem");
}

TEST(Listening, IsCheckedAsAWhole) {
  EXPECT_THAT(problems({}), IsEmpty());
  EXPECT_THAT(problems({{"CONNECTOR_LISTEN_PROTOCOL_API_SSL", "true"}}),
              ElementsAre(StartsWith("CONNECTOR_LISTEN_PROTOCOL_API_SSL needs")));
  for (const auto* path : {"api", "/a b", "/a?b", "/\xc3\xa4"}) {
    EXPECT_THAT(problems({{"CONNECTOR_LISTEN_PROTOCOL_API_PATH", path}}),
                ElementsAre(StartsWith("CONNECTOR_LISTEN_PROTOCOL_API_PATH must")));
  }
  EXPECT_THAT(problems({{"CONNECTOR_LISTEN_PROTOCOL_API_ADDRESS", "localhost"}}),
              ElementsAre(StartsWith("CONNECTOR_LISTEN_PROTOCOL_API_ADDRESS must")));
}

TEST(Listening, WithoutTlsIsForThisHostAloneByDefault) {
  const auto in_the_clear = ElementsAre(testing::HasSubstr("not be encrypted"));
  EXPECT_THAT(problems({{"CONNECTOR_LISTEN_PROTOCOL_API_URI", "http://me:1"}}), in_the_clear);
  for (const auto* address : {"0.0.0.0", "::", "192.0.2.1"}) {
    EXPECT_THAT(problems({{"CONNECTOR_LISTEN_PROTOCOL_API_ADDRESS", address}}), in_the_clear);
    EXPECT_THAT(problems({{"CONNECTOR_LISTEN_PROTOCOL_API_ADDRESS", address}, plain}), IsEmpty());
  }
  EXPECT_THAT(problems({{"CONNECTOR_LISTEN_PROTOCOL_API_ADDRESS", "::1"}}), IsEmpty());
  EXPECT_THAT(problems({{"CONNECTOR_LISTEN_PROTOCOL_API_ADDRESS", "127.0.0.2"}}), IsEmpty());
}

TEST(Listening, IsOfNoMeaningForTheQueue) {
  EXPECT_EQ(listening({{"CONNECTOR_LISTEN_PROTOCOL_API_ADDRESS", "x"}}).protocol,
            ListenProtocol::amqp);
}

}  // namespace
}  // namespace settings
