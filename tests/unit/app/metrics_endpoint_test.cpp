#include "app/metrics_endpoint.hpp"

#include <gmock/gmock.h>

#include <stdexcept>

#include "net/http/client.hpp"
#include "support/http_server.hpp"
#include "support/log_lines.hpp"

namespace app {
namespace {

using testing::HasSubstr;

class MetricsEndpointTest : public testing::Test {
 protected:
  MetricsEndpointTest() {
    settings.metrics_address = "127.0.0.1";
    settings.metrics_port = support::unused_port();
  }
  net::Result<net::HttpResponse> send(const std::string& path,
                                      std::optional<std::string> body = {}) {
    net::HttpRequest request;
    request.url = "http://127.0.0.1:" + std::to_string(settings.metrics_port) + path;
    if (body) {
      request.method = "POST";
      request.body = *body;
    }
    return net::HttpClient({}).send(request, net::Deadline::after(std::chrono::seconds(10)));
  }

  support::LogLines lines;
  settings::Monitoring settings;
};

TEST_F(MetricsEndpointTest, EveryPathHasThem) {
  const MetricsEndpoint endpoint(
      settings, [] { return "up 1\n"; }, lines.log());
  for (const auto* path : {"/", "/metrics", "/any/thing?at=all"}) {
    const auto reply = send(path);
    ASSERT_TRUE(reply) << path;
    EXPECT_EQ(reply->status, 200);
    EXPECT_EQ(reply->body, "up 1\n");
  }
  EXPECT_EQ(metrics_reply("").content_type, "text/plain; version=0.0.4; charset=utf-8");
}

TEST_F(MetricsEndpointTest, CanOnlyBeRead) {
  const MetricsEndpoint endpoint(
      settings, [] { return "up 1\n"; }, lines.log());
  const auto reply = send("/metrics", "x");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 405);
}

TEST_F(MetricsEndpointTest, APortThatIsTakenIsReportedAtOnce) {
  const MetricsEndpoint endpoint(
      settings, [] { return ""; }, lines.log());
  try {
    const MetricsEndpoint second(
        settings, [] { return ""; }, lines.log());
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr(std::to_string(settings.metrics_port)));
    EXPECT_THAT(error.what(), HasSubstr("CONNECTOR_METRICS_PORT"));
  }
}

}  // namespace
}  // namespace app
