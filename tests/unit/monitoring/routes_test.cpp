#include "monitoring/routes.hpp"

#include <gmock/gmock.h>

namespace monitoring {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class RoutesTest : public testing::Test {
 protected:
  using Headers = std::vector<std::pair<std::string, std::string>>;

  net::HttpServerReply get(const std::string& path, Headers headers = {}) {
    const Routes routes(product, options,
                        {.snapshot = [this] { return snapshot; },
                         .journal = [this] { return journal.contents(); },
                         .metrics = metrics});
    if (!host.empty()) headers.emplace_back("Host", host);
    return routes.answer({.method = "GET", .path = path, .headers = std::move(headers)});
  }

  static std::string header(const net::HttpServerReply& reply, const std::string& name) {
    for (const auto& [each, value] : reply.headers) {
      if (each == name) return value;
    }
    return {};
  }

  const source::Product product{.source = "Abuse"};
  std::string host = "127.0.0.1:8080";
  RoutesOptions options{.local_only = true};
  Snapshot snapshot{.links = {{.name = "platform", .state = LinkState::up}}};
  Journal journal;
  std::function<std::string()> metrics;
};

TEST_F(RoutesTest, LivesAsLongAsItAnswers) {
  const auto reply = get("/livez");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, "ok\n");
}

TEST_F(RoutesTest, SaysWhichPartIsNotReady) {
  EXPECT_EQ(get("/readyz").status, 200);
  EXPECT_EQ(json::parse(get("/readyz").body), json::parse(R"({"ready": true, "parts":
      [{"name": "platform", "state": "up", "detail": ""}]})"));
  snapshot.links[0] = {.name = "platform", .state = LinkState::down, .detail = "check the address"};
  const auto reply = get("/readyz");
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(json::parse(reply.body), json::parse(R"({"ready": false, "parts":
      [{"name": "platform", "state": "down", "detail": "check the address"}]})"));
}

TEST_F(RoutesTest, KnowsNothingElse) {
  for (const auto* path : {"/metrics", "/status/", "/favicon.ico", "//", "/%2e", "/livez2"}) {
    EXPECT_EQ(get(path).status, 404) << path;
  }
}

TEST_F(RoutesTest, ServesMetricsWhereThereAreSome) {
  metrics = [] { return std::string("a 1\n"); };
  const auto reply = get("/metrics");
  EXPECT_EQ(reply.body, "a 1\n");
  EXPECT_EQ(reply.content_type, "text/plain; version=0.0.4; charset=utf-8");
}

TEST_F(RoutesTest, ShowsStatusAndMetricsToThoseWithTheTokenAlone) {
  options.token = "s3cret-token";
  metrics = [] { return std::string("a 1\n"); };
  for (const auto* path : {"/status", "/metrics"}) {
    const auto refused = get(path);
    EXPECT_EQ(refused.status, 401) << path;
    EXPECT_EQ(header(refused, "WWW-Authenticate"), "Bearer");
    for (const auto* wrong :
         {"Bearer s3cret-tokem", "Bearer s3cret-token ", "Bearer s3cret-tokens3cret-token",
          "Bearer ", "Bearer", "s3cret-token", "Basic s3cret-token", ""}) {
      EXPECT_EQ(get(path, {{"Authorization", wrong}}).status, 401) << wrong;
    }
    EXPECT_EQ(get(path, {{"authorization", "bearer s3cret-token"}}).status, 200) << path;
  }
  for (const auto* path : {"/livez", "/readyz", "/"}) EXPECT_EQ(get(path).status, 200) << path;
}

TEST_F(RoutesTest, OnTheLoopbackAnswersToItsOwnNameAlone) {
  for (const auto* own : {"localhost", "LOCALHOST:80", "127.0.0.1", "127.0.0.1:1", "127.8.9.1",
                          "[::1]", "[::1]:8080"}) {
    host = own;
    EXPECT_EQ(get("/livez").status, 200) << own;
  }
  for (const auto* foreign : {"evil.example", "evil.example:8080", "localhost.evil.example",
                              "127.0.0.1.evil.example", "127.evil", "[::2]", "10.0.0.1", ":8080"}) {
    host = foreign;
    EXPECT_EQ(get("/status").status, 403) << foreign;
  }
  // HTTP/1.0 requests may have no Host header; browsers do not send HTTP/1.0.
  host.clear();
  EXPECT_EQ(get("/livez").status, 200);
}

TEST_F(RoutesTest, ElsewhereAnswersToAnyName) {
  options.local_only = false;
  host = "connector.example:8080";
  EXPECT_EQ(get("/livez").status, 200);
}

TEST_F(RoutesTest, ThePageHasAPolicyOfItsOwnThatOverridesTheCommonOne) {
  EXPECT_THAT(header(get("/"), "Content-Security-Policy"), HasSubstr("script-src 'sha256-"));
  EXPECT_EQ(header(get("/status"), "Content-Security-Policy"), "");
}

}  // namespace
}  // namespace monitoring
