#include <gmock/gmock.h>

#include "opencti/client/registration.hpp"
#include "support/http_server.hpp"

namespace opencti {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

/// A platform that returns its keys with each registration, whether they were requested or not.
class RegisteringAsListener : public testing::Test {
 protected:
  Result<Registration> as(const Identity& identity) {
    return register_connector(client, identity, false, net::Deadline::after(10s));
  }
  /// The registration that the connector sent.
  [[nodiscard]] json request() const { return json::parse(server.requests().at(1).body); }

  support::HttpServer server{[](const auto& request) -> support::HttpReply {
    if (request.body.find("registerConnector") == std::string::npos) {
      return {.body = R"({"data":{"about":{"version":"7.260318"}}})"};
    }
    return {
        .body =
            R"({"data":{"registerConnector":{"id":"c1","connector_user_id":"u1","jwks":"{}","config":{
        "connection":{"host":"mq","vhost":"/","use_ssl":false,"port":5672,"user":"o","pass":"p"},
        "listen":"l","push_exchange":"e","push_routing":"r"}}}})"};
  }};
  GraphqlClient client{{.url = server.url(), .token = "t", .custom_headers = {}, .http = {}}};
};

TEST_F(RegisteringAsListener, ForTheQueueAsksForNoKeys) {
  ASSERT_TRUE(as({.id = "c1", .name = "n", .scope = {"Url"}}));
  EXPECT_THAT(request()["query"].get<std::string>(), Not(HasSubstr("jwks")));
  EXPECT_TRUE(request()["variables"]["input"]["listen_callback_uri"].is_null());
}

TEST_F(RegisteringAsListener, ForHttpSendsTheAddressAndAsksForTheKeys) {
  const auto registration =
      as({.id = "c1", .name = "n", .scope = {"Url"}, .callback_url = "http://me/api/callback"});
  ASSERT_TRUE(registration);
  EXPECT_EQ(registration->jwks, "{}");
  EXPECT_THAT(request()["query"].get<std::string>(), HasSubstr("jwks"));
  EXPECT_EQ(request()["variables"]["input"]["listen_callback_uri"], "http://me/api/callback");
}

}  // namespace
}  // namespace opencti
