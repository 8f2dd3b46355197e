#include <fmt/chrono.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdlib>
#include <stop_token>
#include <thread>

#include "net/http/client.hpp"
#include "support/http_server.hpp"
#include "unit/net/http_get.hpp"

namespace net {
namespace {

using namespace std::chrono_literals;
using support::HttpReply;
using support::HttpServer;
using support::in_order;
using support::Then;
using testing::HasSubstr;
using testing::Not;

/// What the client reads from a reply with this Retry-After.
std::optional<std::chrono::seconds> retry_after(const std::string& value) {
  const HttpServer server(in_order({{.status = 429, .headers = {{"retry-after", value}}}}));
  const auto response = get(server.url("/"));
  EXPECT_TRUE(response);
  return response ? response->retry_after : std::nullopt;
}

TEST(HttpClient, SendsTheRequestUnchanged) {
  const HttpServer server(in_order({{.body = "pong"}}));
  const HttpClient client({.user_agent = "tester/1"});
  const auto response =
      client.send({.url = server.url("/a/../b%2F..%3F?x=1,2"),
                   .headers = {{"Authorization", "Bearer t0ken"}, {"X-Empty", ""}},
                   .body = {}},
                  patient());
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "pong");
  EXPECT_EQ(response->retry_after, std::nullopt);

  const auto request = server.requests().at(0);
  EXPECT_EQ(request.line, "GET /a/../b%2F..%3F?x=1,2 HTTP/1.1");
  EXPECT_EQ(request.header("Authorization"), "Bearer t0ken");
  EXPECT_EQ(request.header("User-Agent"), "tester/1");
  EXPECT_EQ(request.header("X-Empty"), "");
}

TEST(HttpClient, ABodyMakesItAPost) {
  const HttpServer server(in_order({{}}));
  const std::string body = std::string(100'000, 'b') + std::string("\0end", 4);
  const auto response = HttpClient({}).send({.url = server.url("/graphql"),
                                             .headers = {{"Content-Type", "application/json"}},
                                             .body = body},
                                            patient());
  ASSERT_TRUE(response) << response.error().message;
  const auto request = server.requests().at(0);
  EXPECT_EQ(request.line, "POST /graphql HTTP/1.1");
  EXPECT_EQ(request.header("Content-Type"), "application/json");
  EXPECT_EQ(request.header("Expect"), std::nullopt) << "it would delay the request by a second";
  EXPECT_EQ(request.body, body);
}

TEST(HttpClient, AGetAfterAPostIsAGet) {
  const HttpServer server(in_order({{}}));
  const HttpClient client({});
  EXPECT_TRUE(client.send({.url = server.url("/"), .body = "b"}, patient()));
  EXPECT_TRUE(get(client, server.url("/")));
  EXPECT_EQ(server.requests().at(1).line, "GET / HTTP/1.1");
  EXPECT_EQ(server.requests().at(1).body, "");
}

TEST(HttpClient, ALineBreakInAHeaderIsRejectedBeforeAnythingIsSent) {
  const HttpServer server(in_order({{}}));
  const HttpClient client({});
  const std::pair<std::string, std::string> broken[] = {
      {"X-A", "1\r\nX-Forged: 1"},
      {"X-A", "1\nX-Forged: 1"},
      {"X-A", std::string("1\0", 2)},
      {"X-A: 1\r\nX-Forged", "1"},
      {"X-A", "\r"},
  };
  for (const auto& header : broken) {
    const auto response = client.send({.url = server.url("/"), .headers = {header}}, patient());
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().kind, ErrorKind::invalid);
    EXPECT_THAT(response.error().message, Not(HasSubstr("Forged")));
  }
  EXPECT_TRUE(server.requests().empty());
}

TEST(HttpClient, OnlyHttpUrlsAreAsked) {
  for (const auto* url :
       {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://x/", "127.0.0.1/", "http://[", ""}) {
    const auto response = get(url);
    ASSERT_FALSE(response) << url;
    EXPECT_EQ(response.error().kind, ErrorKind::invalid) << url;
  }
}

TEST(HttpClient, AnUpperCaseHttpProxyIsUsedToo) {
  const HttpServer proxy(in_order({{.body = "by proxy"}}));
  unsetenv("no_proxy");
  unsetenv("NO_PROXY");
  unsetenv("http_proxy");
  setenv("HTTP_PROXY", proxy.url().c_str(), 1);
  const HttpClient client({});
  unsetenv("HTTP_PROXY");
  const auto response = get(client, "http://platform.example/graphql");
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "by proxy");
  EXPECT_EQ(proxy.requests().at(0).line, "GET http://platform.example/graphql HTTP/1.1");
}

// --- what comes back ---

TEST(HttpClient, AnyStatusIsAResponse) {
  for (const int status : {200, 204, 301, 400, 404, 429, 500, 503}) {
    const HttpServer server(in_order({{.status = status}}));
    const auto response = get(server.url("/"));
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->status, status);
  }
}

TEST(HttpClient, ARedirectIsNotFollowed) {
  const HttpServer server(in_order({{.status = 302, .headers = {{"Location", "/elsewhere"}}}}));
  const auto response = get(server.url("/"));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 302);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(HttpClient, RetryAfterIsANumberOfSecondsOrADate) {
  EXPECT_EQ(retry_after("120"), 120s);
  EXPECT_EQ(retry_after("0"), 0s);
  EXPECT_EQ(retry_after("Wed, 21 Oct 2015 07:28:00 GMT"), 0s) << "a time in the past means now";
  EXPECT_EQ(retry_after("999999999999999999999999"), 24h);
  EXPECT_EQ(retry_after("Fri, 31 Dec 9999 23:59:59 GMT"), 24h);
  EXPECT_EQ(retry_after("soon"), std::nullopt);
  EXPECT_EQ(retry_after("-5"), std::nullopt);
}

TEST(HttpClient, RetryAfterOfADateIsTheTimeUntilThen) {
  const auto in_an_hour = fmt::gmtime(std::chrono::system_clock::now() + 1h);
  const auto wait = retry_after(fmt::format("{:%a, %d %b %Y %H:%M:%S GMT}", in_an_hour));
  ASSERT_TRUE(wait);
  // A date has whole seconds, and time() can be a tick behind the clock.
  EXPECT_LE(*wait, 1h + 1s);
  EXPECT_GT(*wait, 59min);
}

TEST(HttpClient, HeadersWithoutEndAreRejected) {
  std::string head = "HTTP/1.1 200 OK\r\n";
  while (head.size() < 8'000'000) head += "X-Filler: " + std::string(1000, 'x') + "\r\n";
  const HttpServer server(in_order({{.then = Then::hang, .raw = head}}));
  const auto response = get(server.url("/"));
  ASSERT_FALSE(response);
  EXPECT_THAT(response.error().message,
              HasSubstr("answered with more than 262144 bytes of headers"));
}

TEST(HttpClient, ACutBodyIsNotAResponse) {
  const HttpServer server(
      in_order({{.body = "{\"a\":", .announced_length = 100, .then = Then::close}}));
  const auto response = get(server.url("/"));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::disconnected);
}

TEST(HttpClient, ACloseWithoutAReplyIsADisconnect) {
  const HttpServer server(in_order({{.then = Then::close, .raw = ""}}));
  const auto response = get(server.url("/"));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::disconnected);
}

TEST(HttpClient, AReplyThatIsNotHttpIsAProtocolError) {
  const HttpServer server(in_order({{.then = Then::close, .raw = "220 mail.example ESMTP\r\n"}}));
  const auto response = get(server.url("/"));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::protocol) << response.error().message;
}

TEST(HttpClient, NobodyListeningIsUnreachable) {
  const auto response = get(fmt::format("http://127.0.0.1:{}/secret", support::unused_port()));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::unreachable);
  EXPECT_THAT(response.error().message, HasSubstr("127.0.0.1"));
  EXPECT_THAT(response.error().message, Not(HasSubstr("secret")));
}

// --- connections ---

TEST(HttpClient, AConnectionIsUsedAgain) {
  const HttpServer server(in_order({{}}));
  const HttpClient client({});
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(get(client, server.url("/")));
  for (const auto& request : server.requests()) EXPECT_EQ(request.connection, 1);
}

TEST(HttpClient, AfterAFailureTheNextRequestIsSound) {
  const HttpServer server(
      in_order({{.body = "x", .announced_length = 2, .then = Then::close}, {.body = "whole"}}));
  const HttpClient client({});
  EXPECT_FALSE(get(client, server.url("/")));
  const auto response = get(client, server.url("/"));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "whole");
}

TEST(HttpClient, AKeptConnectionThatWasClosedMeanwhileIsOpenedAgain) {
  const HttpServer server(in_order({{.then = Then::close}}));
  const HttpClient client({});
  EXPECT_TRUE(get(client, server.url("/")));
  ASSERT_TRUE(server.wait_for_ended_connections(1));
  EXPECT_TRUE(get(client, server.url("/")));
}

TEST(HttpClient, ARequestIsSentOnceThoughTheKeptConnectionEndsWithoutAReply) {
  const HttpServer server(in_order({{}, {.then = Then::close, .raw = ""}, {}}));
  const HttpClient client({});
  ASSERT_TRUE(get(client, server.url("/")));
  const auto lost = get(client, server.url("/counted"));
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().kind, ErrorKind::disconnected);
  EXPECT_EQ(server.requests().size(), 2U);
  EXPECT_TRUE(get(client, server.url("/"))) << "over another connection";
}

TEST(HttpClient, ThreadsAskAtTheSameTime) {
  constexpr std::size_t threads = 4;
  const HttpServer* self = nullptr;
  // The server answers no request before all requests have arrived.
  const HttpServer server([&](const support::HttpRequest&) {
    return HttpReply{.status = self->wait_for_requests(threads) ? 200 : 500};
  });
  self = &server;
  const HttpClient client({});
  std::vector<std::jthread> askers;
  std::vector<int> statuses(threads);
  askers.reserve(threads);
  for (auto& status : statuses) {
    askers.emplace_back([&] {
      const auto response = get(client, server.url("/"));
      status = response ? response->status : 0;
    });
  }
  askers.clear();
  EXPECT_THAT(statuses, testing::Each(200));
}

// --- time ---

TEST(HttpClient, ASilentServerEndsWithTheDeadline) {
  const HttpServer server(in_order({{.then = Then::hang, .raw = ""}}));
  const auto response = HttpClient({}).send({.url = server.url("/")}, Deadline::after(200ms));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::timed_out);
}

TEST(HttpClient, ABodyThatDoesNotComeEndsWithTheDeadline) {
  const HttpServer server(in_order({{.body = "half", .announced_length = 8, .then = Then::hang}}));
  const auto response = HttpClient({}).send({.url = server.url("/")}, Deadline::after(200ms));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::timed_out);
}

TEST(HttpClient, ADeadlineThatHasPassedAsksNobody) {
  const HttpServer server(in_order({{}}));
  const auto response = HttpClient({}).send({.url = server.url("/")}, Deadline::after(0ms));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::timed_out);
  EXPECT_TRUE(server.requests().empty());
}

TEST(HttpClient, AStopEndsTheWait) {
  const HttpServer server(in_order({{.then = Then::hang, .raw = ""}}));
  std::stop_source source;
  const std::jthread stopper([&] {
    EXPECT_TRUE(server.wait_for_requests(1));
    source.request_stop();
  });
  const auto begin = std::chrono::steady_clock::now();
  const auto response =
      HttpClient({}).send({.url = server.url("/")}, Deadline::after(1h, source.get_token()));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::stopped);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
}

TEST(HttpClient, AfterAStopNobodyIsAsked) {
  const HttpServer server(in_order({{}}));
  std::stop_source source;
  source.request_stop();
  const auto response =
      HttpClient({}).send({.url = server.url("/")}, Deadline::after(1h, source.get_token()));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::stopped);
  EXPECT_TRUE(server.requests().empty());
}

TEST(HttpClient, AConnectionThatFailsAfterTheClientsOwnWaitIsNotTheServersFault) {
  const HttpServer server(in_order({{.body = std::string(2 * free_response, 'x'),
                                     .announced_length = 4 * free_response,
                                     .then = Then::close}}));
  const HttpRequest request{.url = server.url("/"), .admit = [] {
                              std::this_thread::sleep_for(std::chrono::milliseconds(1'100));
                              return true;
                            }};
  const auto response = HttpClient({}).send(request, patient());
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::no_memory);
}

}  // namespace
}  // namespace net
