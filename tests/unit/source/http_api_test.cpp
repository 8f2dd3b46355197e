#include "source/http_api.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <future>

#include "support/http_server.hpp"
#include "text/json.hpp"

namespace source {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using support::HttpReply;
using support::HttpServer;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

class HttpApiTest : public testing::Test {
 protected:
  /// Sends a request to a service that gives these replies, and returns the result.
  HttpApi::Answer ask(std::vector<HttpReply> replies, const net::Deadline& deadline = in_time()) {
    start(std::move(replies));
    return api->get("check", {{"ip", "2001:db8::1"}}, deadline);
  }
  void start(std::vector<HttpReply> replies) {
    server.emplace(support::in_order(std::move(replies)));
    options.base_url = server->url() + "/v2/";
    api.emplace(options);
  }
  std::pair<Outcome, std::string> outcome(int status, std::vector<HttpReply> more = {}) {
    std::vector<HttpReply> replies{{.status = status, .body = "secret-of-the-service"}};
    replies.insert(replies.end(), more.begin(), more.end());
    options.tries = static_cast<int>(replies.size());
    auto answer = ask(std::move(replies));
    if (answer) return {Outcome::found, {}};
    EXPECT_THAT(answer.error().text, AllOf(HasSubstr("Oracle"), Not(HasSubstr("secret"))));
    return {answer.error().outcome, answer.error().text};
  }
  static net::Deadline in_time() { return net::Deadline::after(10s); }

  HttpApiOptions options{.name = "Oracle",
                         .headers = {{"Key", "secret-key"}},
                         .query = {{"token", "secret&token"}},
                         .retry = {.first = 1ms, .longest = 2ms}};
  std::optional<HttpServer> server;
  std::optional<HttpApi> api;
};

TEST_F(HttpApiTest, AsksWithQueryAndHeadersAndReadsJson) {
  const auto answer = ask({{.body = R"({"data": {"score": 7}})"}});
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(text::member(answer->json, "data")["score"], 7);
  EXPECT_EQ(answer->text, R"({"data": {"score": 7}})");
  const auto request = server->requests().at(0);
  EXPECT_EQ(request.line, "GET /v2/check?token=secret%26token&ip=2001%3Adb8%3A%3A1 HTTP/1.1");
  EXPECT_EQ(request.header("Key"), "secret-key");
  EXPECT_EQ(request.header("Accept"), "application/json");
}

TEST_F(HttpApiTest, EachStatusIsAnOutcomeWithATextWithoutSecrets) {
  EXPECT_EQ(outcome(400).first, Outcome::rejected);
  EXPECT_EQ(outcome(401).first, Outcome::refused);
  EXPECT_EQ(outcome(403).first, Outcome::refused);
  EXPECT_EQ(outcome(404).first, Outcome::not_found);
  EXPECT_EQ(outcome(422).first, Outcome::rejected);
  EXPECT_EQ(outcome(429).first, Outcome::rate_limited);
  EXPECT_EQ(outcome(301).first, Outcome::rejected);
  EXPECT_EQ(outcome(500).first, Outcome::unavailable);
  EXPECT_EQ(outcome(200).first, Outcome::malformed);
}

TEST_F(HttpApiTest, AnEmptyAnswerIsNeitherJsonNorAnError) {
  const auto answer = ask({{.status = 204}});
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->status, 204);
  EXPECT_TRUE(answer->json.is_null());
}

TEST_F(HttpApiTest, ATransientErrorIsRetried) {
  EXPECT_EQ(outcome(503, {{.body = "{}"}}).first, Outcome::found);
  EXPECT_EQ(outcome(429, {{.body = "{}"}}).first, Outcome::found);
  EXPECT_EQ(outcome(500, {{.status = 502}, {.status = 500}}).first, Outcome::unavailable);
  EXPECT_THAT(server->requests(), SizeIs(3));
  EXPECT_EQ(outcome(400, {{.body = "{}"}}).first, Outcome::rejected);
  EXPECT_THAT(server->requests(), SizeIs(1));
}

TEST_F(HttpApiTest, ABrokenConnectionIsRetried) {
  const auto answer = ask({{.then = support::Then::close, .raw = ""}, {.body = "{}"}});
  EXPECT_TRUE(answer) << answer.error().text;
}

TEST_F(HttpApiTest, NobodyAsksBeforeTheServiceWantsToBeAsked) {
  options.tries = 1;
  const auto limited = ask({{.status = 429, .headers = {{"Retry-After", "60"}}}, {.body = "{}"}});
  ASSERT_FALSE(limited);
  EXPECT_EQ(limited.error().text, "Oracle rate limit reached. Retry in 60 s.");
  const auto next = api->get("check", {}, in_time());
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().outcome, Outcome::rate_limited);
  EXPECT_THAT(server->requests(), SizeIs(1));
}

TEST_F(HttpApiTest, AShorterWaitDoesNotEndALongerOne) {
  std::promise<void> second_came;
  std::promise<void> first_ended;
  server.emplace([&](const support::HttpRequest& request) -> HttpReply {
    if (request.line.find("/first") != std::string::npos) {
      second_came.get_future().wait();
      return {.status = 429, .headers = {{"Retry-After", "3600"}}};
    }
    second_came.set_value();
    first_ended.get_future().wait();
    return {.status = 503, .headers = {{"Retry-After", "1"}}};
  });
  options.tries = 1;
  options.base_url = server->url();
  api.emplace(options);
  auto first = std::async(std::launch::async, [&] { return api->get("first", {}, in_time()); });
  auto second = std::async(std::launch::async, [&] { return api->get("second", {}, in_time()); });
  EXPECT_EQ(first.get().error().outcome, Outcome::rate_limited);
  first_ended.set_value();
  EXPECT_EQ(second.get().error().outcome, Outcome::unavailable);
  const auto third = api->get("third", {}, in_time());
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().outcome, Outcome::rate_limited);
  EXPECT_THAT(server->requests(), SizeIs(2));
}

TEST_F(HttpApiTest, AShortWaitThatTheServiceWantsIsWaited) {
  options.tries = 2;
  const auto before = std::chrono::steady_clock::now();
  const auto answer = ask({{.status = 429, .headers = {{"Retry-After", "1"}}}, {.body = "{}"}});
  EXPECT_TRUE(answer) << answer.error().text;
  EXPECT_GE(std::chrono::steady_clock::now() - before, 1s);
}

TEST_F(HttpApiTest, NothingIsWaitedForBeyondTheDeadline) {
  const auto answer = ask({{.then = support::Then::hang, .raw = ""}}, net::Deadline::after(50ms));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().outcome, Outcome::unavailable);
}

TEST_F(HttpApiTest, AResultThatIsNotReadyIsAskedForUntilItIs) {
  start({{.status = 202},
         {.status = 202, .body = R"({"state": "running"})"},
         {.body = R"({"a": 1})"}});
  const auto answer = api->get_when_ready("result/1", {}, in_time());
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->json["a"], 1);
}

TEST_F(HttpApiTest, AResultThatIsNotReadyInTimeIsUnavailable) {
  server.emplace([](const support::HttpRequest&) { return HttpReply{.status = 202}; });
  options.base_url = server->url();
  api.emplace(options);
  const auto answer = api->get_when_ready("result/1", {}, net::Deadline::after(100ms));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().outcome, Outcome::unavailable);
  EXPECT_THAT(answer.error().text, HasSubstr("was not ready in time"));
}

TEST_F(HttpApiTest, APostIsSentAgainOnlyWhereNothingWasDone) {
  start({{.status = 500}, {.body = "{}"}});
  EXPECT_FALSE(api->post("scan", {}, {{"url", "http://a.example"}}, in_time()));
  ASSERT_THAT(server->requests(), SizeIs(1));
  EXPECT_THAT(server->requests().at(0).line, testing::StartsWith("POST /v2/scan?token="));
  EXPECT_EQ(server->requests().at(0).body, R"({"url":"http://a.example"})");
  EXPECT_EQ(server->requests().at(0).header("Content-Type"), "application/json");
  start({{.status = 429}, {.body = "{}"}});
  EXPECT_TRUE(api->post("scan", {}, {{"url", "http://a.example"}}, in_time()));
}

TEST_F(HttpApiTest, ACheckSaysWhetherTheCredentialsAreTaken) {
  options.tries = 1;
  const auto state = [&](int status) {
    return checked(ask({{.status = status, .body = "{}"}}), "the key is accepted").state;
  };
  EXPECT_EQ(state(200), CheckResult::State::ok);
  EXPECT_EQ(state(404), CheckResult::State::ok);
  EXPECT_EQ(state(429), CheckResult::State::warning);
  EXPECT_EQ(state(401), CheckResult::State::failed);
  EXPECT_EQ(checked(ask({{.status = 401}}), "fine").text,
            "Oracle rejected the request: status 401.");
}

TEST_F(HttpApiTest, AServiceThatIsNotThereIsUnavailable) {
  options.base_url = fmt::format("http://127.0.0.1:{}", support::unused_port());
  api.emplace(options);
  const auto answer = api->get("check", {}, in_time());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().outcome, Outcome::unavailable);
}

TEST_F(HttpApiTest, AnAnswerTakesFromTheMemoryThatThereIs) {
  net::MemoryBudget budget(64U << 20U);
  options.memory = AnswerMemory(&budget);
  const auto answer = ask({{.body = R"({"a": 1})"}});
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_NE(answer->memory, nullptr);
}

TEST_F(HttpApiTest, AnAnswerForWhichNoMemoryIsFreeIsDeferred) {
  net::MemoryBudget budget(64U << 20U);
  const auto other = budget.try_take(budget.largest());
  ASSERT_TRUE(other);
  options.memory = AnswerMemory(&budget);
  const support::HttpServer server(
      support::in_order({{.body = std::string(2 * net::free_response, 'x')}}));
  options.base_url = server.url();
  api.emplace(options);
  const auto answer = api->get("check", {}, net::Deadline::after(1s));
  ASSERT_FALSE(answer);
  EXPECT_TRUE(answer.error().deferred) << answer.error().text;
  EXPECT_EQ(server.requests().size(), 1U) << "it is not retried";
}

}  // namespace
}  // namespace source
