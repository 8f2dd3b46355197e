// Tests how much of a response HttpClient reads: body, encodings, headers, and memory.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <array>

#include "net/http/client.hpp"
#include "support/http_server.hpp"
#include "unit/net/http_get.hpp"

namespace net {
namespace {

using support::HttpReply;
using support::HttpServer;
using support::in_order;
using support::Then;
using testing::HasSubstr;

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

}  // namespace
}  // namespace net
