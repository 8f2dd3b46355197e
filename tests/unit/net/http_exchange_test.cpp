// Tests of a request in flight: the limit of the time to the first byte, and fresh connections.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "net/http/client.hpp"
#include "support/http_server.hpp"

namespace net {
namespace {

using namespace std::chrono_literals;
using support::HttpServer;
using support::in_order;
using support::Then;

constexpr auto limit = 100ms;
/// Longer than the interval at which the limit is checked.
constexpr auto a_while = 2500ms;

ErrorKind kind_of_failure(const HttpClient& client, const std::string& url,
                          std::chrono::milliseconds time) {
  const auto response = client.send({.url = url, .first_byte_limit = limit}, Deadline::after(time));
  EXPECT_FALSE(response);
  return response ? ErrorKind::invalid : response.error().kind;
}

TEST(FirstByteLimit, AnAnswerThatDoesNotBeginIsGivenUp) {
  const HttpServer server(in_order({{.then = Then::hang, .raw = ""}}));
  const auto begin = std::chrono::steady_clock::now();
  const auto response =
      HttpClient({}).send({.url = server.url("/"), .first_byte_limit = limit}, Deadline::after(1h));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::unanswered);
  EXPECT_EQ(response.error().message, "127.0.0.1 did not begin to answer within 100 ms");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 30s);
}

TEST(FirstByteLimit, CountsFromEachRequestOfAConnection) {
  const HttpServer server(in_order({{}, {.then = Then::hang, .raw = ""}, {}}));
  const HttpClient client({});
  ASSERT_TRUE(client.send({.url = server.url("/")}, Deadline::after(30s)));
  EXPECT_EQ(kind_of_failure(client, server.url("/"), 30s), ErrorKind::unanswered);
  ASSERT_TRUE(client.send({.url = server.url("/")}, Deadline::after(30s)));
  const auto requests = server.requests();
  EXPECT_EQ(requests.at(1).connection, 1);
  EXPECT_EQ(requests.at(2).connection, 2) << "a connection without an answer is not used again";
}

TEST(FirstByteLimit, AnAnswerThatBeganMayTakeLonger) {
  const HttpServer server(in_order({{.body = "half", .announced_length = 8, .then = Then::hang}}));
  EXPECT_EQ(kind_of_failure(HttpClient({}), server.url("/"), a_while), ErrorKind::timed_out);
}

TEST(FirstByteLimit, DoesNotCountTheTimeBeforeTheRequestIsSent) {
  // The server waits for the end of the headers, but receives a TLS handshake.
  const HttpServer server(in_order({{}}));
  const auto url = "https://127.0.0.1:" + std::to_string(server.port()) + "/";
  EXPECT_EQ(kind_of_failure(HttpClient({}), url, a_while), ErrorKind::timed_out);
}

TEST(FreshConnection, IsOpenedThoughOneWasKept) {
  const HttpServer server(in_order({{}}));
  const HttpClient client({});
  ASSERT_TRUE(client.send({.url = server.url("/")}, Deadline::after(30s)));
  ASSERT_TRUE(
      client.send({.url = server.url("/"), .fresh_connection = true}, Deadline::after(30s)));
  ASSERT_TRUE(client.send({.url = server.url("/")}, Deadline::after(30s)));
  const auto requests = server.requests();
  EXPECT_EQ(requests.at(0).connection, 1);
  EXPECT_EQ(requests.at(1).connection, 2);
}

}  // namespace
}  // namespace net
