#include <fmt/chrono.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <array>
#include <cstdlib>
#include <stop_token>
#include <thread>

#include "net/http/client.hpp"
#include "support/http_server.hpp"

namespace net {
namespace {

using namespace std::chrono_literals;
using support::HttpReply;
using support::HttpServer;
using support::in_order;
using support::Then;
using testing::HasSubstr;
using testing::Not;

/// A deadline so far away that a test has failed if it is reached.
Deadline patient() { return Deadline::after(30s); }

Result<HttpResponse> get(const HttpClient& client, const std::string& url) {
  return client.send({.url = url}, patient());
}

Result<HttpResponse> get(const std::string& url) { return get(HttpClient({}), url); }

/// What the client reads from a reply with this Retry-After.
std::optional<std::chrono::seconds> retry_after(const std::string& value) {
  const HttpServer server(in_order({{.status = 429, .headers = {{"retry-after", value}}}}));
  const auto response = get(server.url("/"));
  EXPECT_TRUE(response);
  return response ? response->retry_after : std::nullopt;
}

/// 20,000 times the letter a, compressed with gzip.
const std::string& gzip_of_20000() {
  static const std::string bytes = [] {
    constexpr std::string_view hex =
        "1f8b0800000000000203edc13101000000c2a0aceb5fc21a1e4001000000000000000000000000000000000000"
        "f0603187bdca204e0000";
    std::string out;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
      out += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
    }
    return out;
  }();
  return bytes;
}

// --- what is sent ---

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

TEST(HttpClient, TheSizeLimitHoldsToTheByte) {
  const HttpServer server(in_order({{.body = std::string(1000, 'x')}}));
  const HttpClient client({});
  const auto send = [&](std::size_t limit) {
    return client.send({.url = server.url("/"), .max_response = limit}, patient());
  };
  EXPECT_TRUE(send(1000));
  const auto refused = send(999);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::too_large);
  EXPECT_EQ(refused.error().message, "127.0.0.1 answered with more than 999 bytes");
}

TEST(HttpClient, TheSizeLimitCountsUnpackedBytes) {
  const HttpServer server(
      in_order({{.headers = {{"Content-Encoding", "gzip"}}, .body = gzip_of_20000()}}));
  const HttpClient client({});
  const auto send = [&](std::size_t limit) {
    return client.send({.url = server.url("/"), .max_response = limit}, patient());
  };
  const auto whole = send(20'000);
  ASSERT_TRUE(whole) << whole.error().message;
  EXPECT_EQ(whole->body, std::string(20'000, 'a'));
  const auto refused = send(19'999);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::too_large);
}

TEST(HttpClient, AsksForGzipOnly) {
  const HttpServer server(in_order({{}}));
  ASSERT_TRUE(get(server.url("/")));
  EXPECT_EQ(server.requests().at(0).header("Accept-Encoding"), "gzip");
}

TEST(HttpClient, AnEncodingThatWasNotRequestedIsRejected) {
  for (const std::string headers :
       {"Content-Encoding: zstd\r\n", "Content-Encoding: br\r\n", "Content-Encoding: deflate\r\n",
        "content-encoding:ZSTD\r\n", "Content-Encoding: rot13\r\n",
        "Content-Encoding: gzip, zstd\r\n", "Content-Encoding: zstd, gzip\r\n",
        "Content-Encoding: gzip, gzip\r\n", "Content-Encoding: gzip,, ,gzip\r\n",
        "Content-Encoding: gzip\r\nX: y\r\nContent-Encoding: gzip\r\n",
        "Content-Encoding: gzip\r\nHTTP/1.1: y\r\nContent-Encoding: gzip\r\n",
        "Content-Encoding: identity, gzip, none, gzip\r\n",
        "Content-Encoding: gzip\r\nContent-Encoding: zstd\r\n", "Content-Encoding: gzip zstd\r\n",
        "Transfer-Encoding: gzip\r\n", "Transfer-Encoding: zstd, chunked\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: zstd\r\n"}) {
    const HttpServer server(
        in_order({{.then = Then::close, .raw = "HTTP/1.1 200 OK\r\n" + headers + "\r\n"}}));
    const auto response = get(server.url("/"));
    ASSERT_FALSE(response) << headers;
    EXPECT_EQ(response.error().kind, ErrorKind::protocol) << headers;
    EXPECT_EQ(response.error().message,
              "127.0.0.1 answered in an encoding that was not requested: only one gzip is read");
  }
}

std::string after_early_hints(const std::string& encoding) {
  const auto header = "Content-Encoding: " + encoding + "\r\n";
  return "HTTP/1.1 103 Early Hints\r\n" + header + "\r\nHTTP/1.1 200 OK\r\n" + header +
         "Content-Length: 2\r\n\r\n{}";
}

TEST(HttpClient, EncodingsThatChangeNothingDoNotCount) {
  const HttpServer server(in_order({{.then = Then::close, .raw = after_early_hints("none")}}));
  const auto response = get(server.url("/"));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "{}");
}

TEST(HttpClient, TheEncodingOfAnInterimResponseCounts) {
  const HttpServer server(in_order({{.then = Then::close, .raw = after_early_hints("gzip")}}));
  const auto response = get(server.url("/"));
  ASSERT_FALSE(response);
  EXPECT_THAT(response.error().message, HasSubstr("only one gzip is read"));
}

TEST(HttpClient, OneGzipIsReadHoweverItIsNamed) {
  for (const std::string headers :
       {"Content-Encoding: GZIP\r\n", "CONTENT-ENCODING:\tx-gzip\r\n",
        "Content-Encoding: ,gzip,\r\n", "Content-Encoding:\r\nContent-Encoding: gzip\r\n"}) {
    const auto length = fmt::format("Content-Length: {}\r\n\r\n", gzip_of_20000().size());
    const auto reply = "HTTP/1.1 200 OK\r\n" + headers + length + gzip_of_20000();
    const HttpServer server(in_order({{.raw = reply}}));
    const auto response = get(server.url("/"));
    ASSERT_TRUE(response) << headers << response.error().message;
    EXPECT_EQ(response->body.size(), 20'000U);
  }
  for (const std::string headers : {"Content-Encoding: identity\r\n",
                                    "X-Content-Encoding: zstd\r\n", "Content-Encoding:\r\n"}) {
    const HttpServer server(
        in_order({{.raw = "HTTP/1.1 200 OK\r\n" + headers + "Content-Length: 2\r\n\r\n{}"}}));
    const auto response = get(server.url("/"));
    ASSERT_TRUE(response) << headers << response.error().message;
    EXPECT_EQ(response->body, "{}");
  }
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

TEST(HttpClient, HeadersAreCountedAndSoAreTrailers) {
  std::string many;
  for (int i = 0; i < 100; ++i) many += "X: " + std::string(4000, 'x') + "\r\n";
  const std::array replies{
      "HTTP/1.1 200 OK\r\n" + many + "Content-Length: 2\r\n\r\n{}",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n" + many + "\r\n"};
  for (const auto& reply : replies) {
    const HttpServer server(in_order({{.raw = reply}}));
    const auto response = HttpClient({}).send({.url = server.url("/")}, patient());
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().kind, ErrorKind::too_large);
    EXPECT_THAT(response.error().message, testing::HasSubstr("more than 262144 bytes of headers"));
  }
}

TEST(HttpClient, LinesOfHeadersAreCountedAndSoAreThoseOfTrailers) {
  const auto lines = [](int count) {
    std::string out;
    for (int i = 0; i < count; ++i) out += "a:\r\n";
    return out;
  };
  // With the status line, Content-Length and the empty line.
  const auto allowed = "HTTP/1.1 200 OK\r\n" + lines(997) + "Content-Length: 2\r\n\r\n{}";
  const HttpServer server(in_order({{.raw = allowed}}));
  EXPECT_TRUE(get(server.url("/")));

  const std::array replies{
      "HTTP/1.1 200 OK\r\n" + lines(998) + "Content-Length: 2\r\n\r\n{}",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n" + lines(998) + "\r\n",
      "HTTP/1.1 103 Early Hints\r\n" + lines(500) + "\r\nHTTP/1.1 200 OK\r\n" + lines(500) +
          "\r\n"};
  for (const auto& reply : replies) {
    const HttpServer hostile(in_order({{.then = Then::close, .raw = reply}}));
    const auto response = get(hostile.url("/"));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().kind, ErrorKind::too_large);
    EXPECT_EQ(response.error().message, "127.0.0.1 answered with more than 1000 lines of headers");
  }
}

TEST(HttpClient, NoConnectionIsKeptWithManyHeaders) {
  const auto reply = [](int count, std::size_t length) {
    support::Headers headers(static_cast<std::size_t>(count), {"X", std::string(length, 'x')});
    return HttpReply{.headers = std::move(headers)};
  };
  const HttpServer server(in_order({reply(50, 100), reply(200, 1), reply(5, 5000), {}}));
  const HttpClient client({});
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(get(client, server.url("/")));
  std::vector<int> connections;
  for (const auto& request : server.requests()) connections.push_back(request.connection);
  EXPECT_THAT(connections, testing::ElementsAre(1, 1, 2, 3));
}

TEST(HttpClient, ALargeAnswerIsReadOnceItIsAdmitted) {
  for (const bool admitted : {true, false}) {
    const HttpServer server(in_order({{.body = std::string(free_response, 'x')},
                                      {.body = std::string(2 * free_response, 'x')}}));
    const HttpClient client({});
    int asked = 0;
    const HttpRequest request{.url = server.url("/"), .admit = [&] {
                                ++asked;
                                return admitted;
                              }};
    EXPECT_TRUE(client.send(request, patient()));
    EXPECT_EQ(asked, 0);
    const auto large = client.send(request, patient());
    EXPECT_EQ(asked, 1);
    EXPECT_EQ(large.has_value(), admitted);
    if (!large) {
      EXPECT_EQ(large.error().kind, ErrorKind::no_memory);
    }
  }
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
