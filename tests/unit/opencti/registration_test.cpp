#include "opencti/client/registration.hpp"

#include <gmock/gmock.h>

#include "support/http_server.hpp"
#include "text/json.hpp"

namespace opencti {
namespace {

using nlohmann::json;

/// A platform that answers queries about itself, and registrations.
class Platform {
 public:
  support::HttpReply operator()(const support::HttpRequest& request) {
    const auto sent = json::parse(request.body);
    const auto query = sent["query"].get<std::string>();
    if (query.find("__type") != std::string::npos) return {.body = about};
    if (query.find("AboutVersion") != std::string::npos) {
      return {.body = R"({"data":{"about":{"version":"6.0"}}})"};
    }
    if (query.find("ReadStorage") != std::string::npos) return {.body = storage};
    input = sent["variables"]["input"];
    return {.body = R"({"data":{"registerConnector":{"id":"c1","connector_user_id":"u1","config":{
        "connection":{"host":"mq","vhost":"/","use_ssl":true,"port":5671,"user":"o","pass":"s"},
        "listen":"l","push_exchange":"e","push_routing":"r"}}}})"};
  }

  std::string about = R"({"data":{"about":{"version":"7.260318.0"},"__type":null}})";
  std::string storage;
  json input;
};

constexpr const char* refusal =
    R"({"errors":[{"message":"no","name":"GRAPHQL_VALIDATION_FAILED","extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]})";

class Registering : public testing::Test {
 protected:
  Result<Registration> register_it(bool with_storage = false) {
    const support::HttpServer server([this](const auto& request) { return platform(request); });
    const GraphqlClient client(
        {.url = server.url(), .token = "t", .custom_headers = {}, .http = {}});
    Identity identity{.id = "c1", .name = "n", .scope = {"Url"}, .on_update = true};
    identity.version = "1.2.3";
    identity.slug = "slug";
    return register_connector(client, identity, with_storage,
                              net::Deadline::after(std::chrono::seconds(10)));
  }
  Platform platform;
};

TEST_F(Registering, SendsVersionAndSlugWhereBothAreKnown) {
  platform.about =
      R"({"data":{"about":{"version":"8"},"__type":{"inputFields":[{"name":"slug"},{"name":"version"}]}}})";
  const auto registration = register_it();
  ASSERT_TRUE(registration);
  EXPECT_EQ(registration->platform_version, "8");
  EXPECT_EQ(platform.input["version"], "1.2.3");
  EXPECT_EQ(platform.input["slug"], "slug");
  EXPECT_EQ(platform.input["auto_update"], true);
}

TEST_F(Registering, OffersEnrichmentAlsoInPlaybooks) {
  ASSERT_TRUE(register_it());
  EXPECT_EQ(platform.input["type"], "INTERNAL_ENRICHMENT");
  EXPECT_EQ(platform.input["playbook_compatible"], true);
}

TEST_F(Registering, SendsNeitherWhereOneIsUnknown) {
  platform.about =
      R"({"data":{"about":{"version":"8"},"__type":{"inputFields":[{"name":"version"}]}}})";
  ASSERT_TRUE(register_it());
  EXPECT_FALSE(platform.input.contains("version"));
  EXPECT_FALSE(platform.input.contains("slug"));
}

TEST_F(Registering, WorksWithAPlatformThatHidesItsSchema) {
  for (const auto* code : {"GRAPHQL_VALIDATION_FAILED", "RESOURCE_NOT_FOUND", "FORBIDDEN_ACCESS"}) {
    platform.about =
        json{{"errors", {{{"message", "no"}, {"name", code}, {"extensions", {{"code", code}}}}}}}
            .dump();
    const auto registration = register_it();
    ASSERT_TRUE(registration) << code;
    EXPECT_EQ(registration->platform_version, "6.0");
    EXPECT_FALSE(platform.input.contains("version"));
  }
}

TEST_F(Registering, ReadsTheStorageWhenWanted) {
  platform.storage = R"({"data":{"registerConnector":{"config":{"s3":{"endpoint":"minio",
      "port":9000,"use_ssl":true,"bucket_name":"b","bucket_region":"r","access_key":"a",
      "secret_key":"k"}}}}})";
  EXPECT_FALSE(register_it()->storage);
  const Storage expected{.endpoint = "minio",
                         .port = 9000,
                         .use_tls = true,
                         .bucket = "b",
                         .region = "r",
                         .access_key = "a",
                         .secret_key = "k"};
  EXPECT_EQ(register_it(true)->storage, expected);
}

TEST_F(Registering, WorksWithAPlatformThatNamesNoStorage) {
  platform.storage = refusal;
  const auto registration = register_it(true);
  ASSERT_TRUE(registration);
  EXPECT_FALSE(registration->storage);
}

}  // namespace
}  // namespace opencti
