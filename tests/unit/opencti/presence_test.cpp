#include "opencti/client/presence.hpp"

#include <gmock/gmock.h>

#include <atomic>

#include "support/figures.hpp"
#include "support/http_server.hpp"

namespace opencti {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

/// Waits up to ten seconds for a condition.
template <class Condition>
bool eventually(Condition condition) {
  const auto until = std::chrono::steady_clock::now() + 10s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    net::pause(1ms, {});
  }
  return true;
}

/// A platform that answers registrations and pings, and can be made to fail.
class FakePlatform {
 public:
  support::HttpReply operator()(const support::HttpRequest& request) {
    if (down) return {.status = 502};
    const auto query = json::parse(request.body)["query"].get<std::string>();
    if (query.find("about") != std::string::npos)
      return data({{"about", {{"version", "7.260318.0"}}}});
    if (query.find("registerConnector") != std::string::npos) {
      ++registrations;
      known = true;
      auto answer = json::parse(R"({"id": "c1", "connector_user_id": "u1", "config": {
          "connection": {"host": "mq", "vhost": "/", "use_ssl": false, "port": 5672, "user": "o", "pass": "s3cret"},
          "listen": "listen_c1", "push_exchange": "amqp.worker.exchange", "push_routing": "push_routing_c1"}})");
      if (changing) answer["config"]["connection"]["pass"] = std::to_string(registrations);
      return data({{"registerConnector", answer}});
    }
    ++pings;
    if (rejecting) {
      return {
          .body =
              R"({"errors":[{"message":"You must be logged in to do this.","name":"AUTH_REQUIRED","extensions":{"code":"AUTH_REQUIRED"}}]})"};
    }
    if (!known) {
      return {
          .body =
              R"({"errors":[{"message":"No connector found with the specified ID","name":"FUNCTIONAL_ERROR","extensions":{"code":"FUNCTIONAL_ERROR"}}]})"};
    }
    return data({{"pingConnector", {{"id", "c1"}, {"connector_state", nullptr}}}});
  }

  std::atomic<bool> down = false;
  std::atomic<bool> known = true;
  /// Rejects the token of each ping.
  std::atomic<bool> rejecting = false;
  /// Returns another password for each registration.
  std::atomic<bool> changing = false;
  std::atomic<int> registrations = 0;
  std::atomic<int> pings = 0;

 private:
  static support::HttpReply data(const json& data) { return {.body = json{{"data", data}}.dump()}; }
};

class PresenceTest : public testing::Test {
 protected:
  std::unique_ptr<Presence> make() {
    return std::make_unique<Presence>(
        PresenceOptions{.identity = {.id = "c1", .name = "n", .scope = {"StixFile"}},
                        .ping_interval = 2ms,
                        .registration_interval = 1ms,
                        .longest_registration_interval = 1h,
                        .sound_after = sound_after,
                        .backoff = {1ms, 2ms},
                        .pings = pings,
                        .failed_pings = failed_pings},
        client, log);
  }
  std::unique_ptr<Presence> start() {
    auto presence = make();
    presence->start([this](const Registration& registration) {
      const std::lock_guard lock(mutex);
      last = registration;
      if (never_content) renewing.load()->renew();
    });
    return presence;
  }

  /// Requests another registration after each one, as a consumer does whose login is rejected.
  std::atomic<bool> never_content = false;
  std::atomic<Presence*> renewing = nullptr;
  std::chrono::milliseconds sound_after{1h};
  telemetry::Metrics metrics;
  telemetry::Counter pings = metrics.counters({.name = "pings_total", .help = ""}).with({});
  telemetry::Counter failed_pings =
      metrics.counters({.name = "failed_pings_total", .help = ""}).with({});
  FakePlatform fake;
  support::HttpServer server{[this](const auto& request) { return fake(request); }};
  GraphqlClient client{{.url = server.url(), .token = "t", .custom_headers = {}, .http = {}}};
  std::mutex mutex;
  std::string lines;
  Registration last;
  telemetry::Log log{{.level = telemetry::Level::info,
                      .name = "n",
                      .json = true,
                      .write = [this](std::string_view line) {
                        const std::lock_guard lock(mutex);
                        lines += line;
                      }}};
  std::size_t count(const std::string& text) {
    const std::lock_guard lock(mutex);
    std::size_t found = 0;
    for (auto at = lines.find(text); at != std::string::npos; at = lines.find(text, at + 1))
      ++found;
    return found;
  }
};

TEST_F(PresenceTest, RegistersReportsWhereToListenAndPings) {
  const auto presence = start();
  ASSERT_TRUE(eventually([&] { return fake.pings > 2; }));
  EXPECT_EQ(fake.registrations, 1);
  const std::lock_guard lock(mutex);
  EXPECT_EQ(last.platform_version, "7.260318.0");
  EXPECT_EQ(last.user_id, "u1");
  EXPECT_EQ(last.listen_queue, "listen_c1");
  EXPECT_EQ(last.broker.host, "mq");
  EXPECT_FALSE(last.broker.tls);
}

TEST_F(PresenceTest, WaitsForAPlatformThatIsNotUpYetAndSaysSoOnce) {
  fake.down = true;
  const auto presence = start();
  ASSERT_TRUE(server.wait_for_requests(5));
  fake.down = false;
  ASSERT_TRUE(eventually([&] { return fake.registrations == 1; }));
  ASSERT_TRUE(eventually([&] { return count("Connector registered") == 1; }));
  EXPECT_EQ(count("Cannot register"), 1U);
}

TEST_F(PresenceTest, RegistersAgainWhenThePlatformHasForgottenIt) {
  const auto presence = start();
  ASSERT_TRUE(eventually([&] { return fake.pings > 0; }));
  fake.known = false;
  EXPECT_TRUE(eventually([&] { return fake.registrations == 2; }));
}

TEST_F(PresenceTest, RegistersAgainWhenAsked) {
  const auto presence = start();
  ASSERT_TRUE(eventually([&] { return fake.registrations == 1; }));
  presence->renew();
  EXPECT_TRUE(eventually([&] { return fake.registrations == 2; }));
}

TEST_F(PresenceTest, RegistersMoreAndMoreSlowlyWhileTheAnswerStaysTheSameAndPingsMeanwhile) {
  const auto presence = start();
  ASSERT_TRUE(eventually([&] { return fake.registrations == 1; }));
  renewing = presence.get();
  never_content = true;
  const auto begin = std::chrono::steady_clock::now();
  presence->renew();
  // After waits of at least 1, 2, 4 … 64 ms.
  ASSERT_TRUE(eventually([&] { return fake.registrations == 8; }));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 100ms);
  EXPECT_TRUE(eventually([&] { return fake.pings > fake.registrations + 3; }));
  EXPECT_LE(count("Connector registered again"), 2U);
  never_content = false;
}

TEST_F(PresenceTest, RegistersAtOnceAgainWhenThePlatformSaysSomethingNew) {
  fake.changing = true;
  const auto presence = start();
  ASSERT_TRUE(eventually([&] { return fake.registrations == 1; }));
  renewing = presence.get();
  never_content = true;
  presence->renew();
  ASSERT_TRUE(eventually([&] { return fake.registrations > 50; }));
  never_content = false;
}

TEST_F(PresenceTest, StartsWithTheShortWaitAgainOnceAllWasWell) {
  sound_after = 0ms;
  const auto presence = start();
  ASSERT_TRUE(eventually([&] { return fake.registrations == 1; }));
  for (int number = 2; number <= 4; ++number) {
    presence->renew();
    ASSERT_TRUE(eventually([&] { return fake.registrations == number; }));
  }
  EXPECT_TRUE(eventually([&] { return count("Connector registered again") == 3; }));
}

TEST_F(PresenceTest, SaysWhenThePlatformIsGoneAndWhenItIsBack) {
  const auto presence = start();
  ASSERT_TRUE(eventually([&] { return fake.pings > 0; }));
  fake.down = true;
  ASSERT_TRUE(eventually([&] { return count("Cannot reach the platform") == 1; }));
  fake.down = false;
  EXPECT_TRUE(eventually([&] { return count("answers again") == 1; }));
  EXPECT_EQ(fake.registrations, 1);
}

TEST_F(PresenceTest, APlatformThatRejectsThePingIsNotOutOfReach) {
  const auto presence = start();
  ASSERT_TRUE(eventually([&] { return fake.pings > 0; }));
  fake.rejecting = true;
  ASSERT_TRUE(eventually([&] { return count("The platform rejects the ping") == 1; }));
  EXPECT_EQ(count("Cannot reach the platform"), 0);
  fake.rejecting = false;
  EXPECT_TRUE(eventually([&] { return count("answers again") == 1; }));
}

TEST_F(PresenceTest, StopsWhileThePlatformIsDown) {
  fake.down = true;
  auto presence = start();
  ASSERT_TRUE(server.wait_for_requests(2));
  presence.reset();
}

TEST_F(PresenceTest, CountsPingsThatWentWellAndThoseThatDidNot) {
  const auto presence = start();
  const auto counted = [&](const char* name) {
    return support::figure(metrics.text(), name).value_or(0);
  };
  ASSERT_TRUE(eventually([&] { return counted("pings_total") > 2; }));
  EXPECT_EQ(counted("failed_pings_total"), 0);
  fake.down = true;
  ASSERT_TRUE(eventually([&] { return counted("failed_pings_total") > 2; }));
}

TEST_F(PresenceTest, MayBeAskedToRegisterAgainBeforeItHasStartedAndAfterItHasStopped) {
  auto presence = make();
  presence->renew();
  EXPECT_FALSE(presence->state().registered);
  presence->start([](const Registration&) {});
  ASSERT_TRUE(eventually([&] { return presence->state().registered; }));
  presence->stop();
  const int before = fake.registrations;
  presence->renew();
  EXPECT_TRUE(presence->state().registered);
  EXPECT_EQ(fake.registrations, before);
}

TEST_F(PresenceTest, RegistersAgainAfterACallbackThrows) {
  auto presence = make();
  std::atomic<int> told = 0;
  presence->start([&](const Registration&) {
    if (++told == 1) throw std::bad_alloc();
  });
  ASSERT_TRUE(eventually([&] { return told > 1 && presence->state().registered; }));
  const std::lock_guard lock(mutex);
  EXPECT_THAT(lines, testing::HasSubstr("A thread failed, and starts again"));
}

TEST_F(PresenceTest, ReportsItsState) {
  fake.down = true;
  const auto presence = start();
  ASSERT_TRUE(eventually([&] { return !presence->state().problem.empty(); }));
  EXPECT_FALSE(presence->state().registered);
  EXPECT_THAT(presence->state().problem, testing::HasSubstr("; "));
  fake.down = false;
  ASSERT_TRUE(eventually([&] { return presence->state().registered; }));
  EXPECT_EQ(presence->state().problem, "");
  fake.down = true;
  ASSERT_TRUE(eventually([&] { return !presence->state().problem.empty(); }));
  EXPECT_TRUE(presence->state().registered);
}

}  // namespace
}  // namespace opencti
