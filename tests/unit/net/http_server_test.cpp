#include "support/http_server.hpp"

#include <gmock/gmock.h>

#include <atomic>

#include "net/http/client.hpp"
#include "net/http/server.hpp"
#include "support/log_lines.hpp"
#include "support/tls_identity.hpp"
#include "support/wait_until.hpp"
#include "unit/net/raw_client.hpp"

namespace net {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

/// Answers with what the server read: method, path, query and size of the body.
HttpServerReply echo(const HttpServerRequest& request) {
  return {.body = fmt::format("{} {} {} {}", request.method, request.path, request.query,
                              request.body.size())};
}

class HttpServerTest : public testing::Test {
 protected:
  net::HttpServer& start(HttpServerOptions options = {}) {
    return server.emplace(std::move(options),
                          HttpServerHandler{.screen = screen,
                                            .answer =
                                                [this](const auto& request, const auto&) {
                                                  ++handled;
                                                  return answer(request);
                                                }},
                          lines.log());
  }
  [[nodiscard]] std::string exchange(std::string_view bytes) const {
    const RawClient client(server->port());
    client.send(bytes);
    return client.receive();
  }
  [[nodiscard]] bool serves() const {
    return exchange("GET /alive HTTP/1.1\r\nHost: x\r\n\r\n").starts_with("HTTP/1.1 200");
  }

  std::function<std::optional<HttpServerReply>(const HttpServerRequest&)> screen;
  std::function<HttpServerReply(const HttpServerRequest&)> answer = echo;
  std::atomic<int> handled = 0;
  support::LogLines lines;
  std::optional<net::HttpServer> server;
};

TEST_F(HttpServerTest, AnswersOneRequestAndCloses) {
  start();
  const auto reply =
      exchange("POST /a/b?c=d HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
  EXPECT_THAT(reply, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(reply, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(reply, testing::EndsWith("\r\n\r\nPOST /a/b c=d 5"));
}

TEST_F(HttpServerTest, AnswersAHeadWithoutItsBody) {
  start();
  const auto reply = exchange("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(reply, HasSubstr("Content-Length: 10\r\n"));
  EXPECT_THAT(reply, testing::EndsWith("\r\n\r\n"));
}

TEST_F(HttpServerTest, EveryReplyHasTheHeadersThatTheOptionsName) {
  start({.headers = {{"X-Common", "yes"}, {"X-Own", "common"}}});
  answer = [](const auto&) { return HttpServerReply{.headers = {{"X-Own", "its own"}}}; };
  const auto reply = exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(reply, HasSubstr("X-Common: yes\r\n"));
  EXPECT_THAT(reply, HasSubstr("X-Own: its own\r\n"));
  EXPECT_THAT(reply, testing::Not(HasSubstr("X-Own: common")));
  for (const auto* refused : {"DELETE / HTTP/1.1\r\nHost: x\r\n\r\n", "nonsense\r\n\r\n"}) {
    EXPECT_THAT(exchange(refused), HasSubstr("X-Own: common\r\n")) << refused;
  }
}

TEST_F(HttpServerTest, ReadsAChunkedBodyAndInvitesOneThatAsks) {
  start();
  EXPECT_THAT(exchange("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"),
              testing::EndsWith("POST /  5"));
  EXPECT_THAT(exchange("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                       "Content-Length: 2\r\n\r\nab"),
              StartsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200"));
}

TEST_F(HttpServerTest, IgnoresRequestsPipelinedBehindTheFirst) {
  start();
  const auto reply =
      exchange("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(reply, HasSubstr("GET /1"));
  EXPECT_THAT(reply, testing::Not(HasSubstr("/2")));
  EXPECT_EQ(handled, 1);
}

struct Refused {
  const char* name;
  const char* request;
  const char* status;
};

class HttpServerRejects : public HttpServerTest, public testing::WithParamInterface<Refused> {};

TEST_P(HttpServerRejects, AnAmbiguousRequest) {
  start();
  EXPECT_THAT(exchange(GetParam().request), StartsWith(GetParam().status));
  EXPECT_EQ(handled, 0);
  EXPECT_TRUE(serves());
}

INSTANTIATE_TEST_SUITE_P(
    , HttpServerRejects,
    testing::Values(
        Refused{"BothLengths",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: "
                "chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 400"},
        Refused{"BothLengthsTurned",
                "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: "
                "4\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 400"},
        Refused{"TwoLengths",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
                "HTTP/1.1 400"},
        Refused{"OtherCoding",
                "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\nGET / HTTP/1.1\r\n",
                "HTTP/1.1 400"},
        Refused{"ListedCoding",
                "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 400"},
        Refused{"SignedLength", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\na",
                "HTTP/1.1 400"},
        Refused{"NoHost", "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400"},
        Refused{"TwoHosts", "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "HTTP/1.1 400"},
        Refused{"SpaceBeforeColon", "GET / HTTP/1.1\r\nHost : x\r\n\r\n", "HTTP/1.1 400"},
        Refused{"WholeUrl", "GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 400"},
        Refused{"BodyOfGet", "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na",
                "HTTP/1.1 400"},
        Refused{"Method", "DELETE / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 405"},
        Refused{"Connect", "CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 405"},
        Refused{"Version", "GET / HTTP/3.7\r\nHost: x\r\n\r\n", "HTTP/1.1 "},
        Refused{"Expectation",
                "POST / HTTP/1.1\r\nHost: x\r\nExpect: pay\r\nContent-Length: 1\r\n\r\na",
                "HTTP/1.1 417"},
        Refused{"Garbage", "\x16\x03\x01\x02 this is no HTTP at all\r\n\r\n", "HTTP/1.1 400"},
        Refused{"BadChunk",
                "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "HTTP/1.1 400"}),
    [](const auto& test) { return test.param.name; });

TEST_F(HttpServerTest, RejectsAHugeHeaderWhileItComes) {
  start();
  const RawClient client(server->port());
  client.send("GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(17 * 1024, 'a'));
  EXPECT_THAT(client.receive(), StartsWith("HTTP/1.1 431"));
  client.send(std::string(1024 * 1024, 'a'));
  EXPECT_TRUE(serves());
  EXPECT_EQ(handled, 1);
}

TEST_F(HttpServerTest, RejectsAHugeBodyBeforeItComes) {
  start();
  const RawClient client(server->port());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999999\r\n\r\n");
  client.send(std::string(2 * 1024 * 1024, 'a'));
  EXPECT_THAT(client.receive(), StartsWith("HTTP/1.1 413"));
  EXPECT_EQ(handled, 0);
}

TEST_F(HttpServerTest, RejectsAHugeChunkedBodyWhileItComes) {
  start();
  const RawClient client(server->port());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  const auto chunk = "4000\r\n" + std::string(0x4000, 'a') + "\r\n";
  for (int i = 0; i < 8; ++i) client.send(chunk);
  EXPECT_THAT(client.receive(), StartsWith("HTTP/1.1 413"));
  EXPECT_EQ(handled, 0);
}

class HttpServerTooLarge : public HttpServerTest {
 protected:
  static HttpServerReply told(const HttpServerRequest& request) {
    return {.status = 202,
            .body = fmt::format("{} {} {}", request.body.size(), request.body.substr(0, 5),
                                request.header("content-length").value_or("unknown"))};
  }
  static std::string post(const std::string& path, const std::string& more) {
    return "POST " + path + " HTTP/1.1\r\nHost: x\r\n" + more + "\r\n";
  }
  static std::string chunk(const std::string& text) {
    return fmt::format("{:x}\r\n{}\r\n", text.size(), text);
  }

  const std::string length = "Content-Length: 9999999\r\n";
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  const std::string body = "begin" + std::string(9'999'994, 'a');
  const net::HttpServer patient{
      {.limits = {.body_bytes = 100'000, .linger_time = 0ms}},
      {.screen = [](const auto& request) -> std::optional<HttpServerReply> {
         if (request.path == "/in") return std::nullopt;
         return HttpServerReply{.status = 401};
       },
       .answer = [](const auto& request, const auto&) { return echo(request); },
       .too_large = [](const auto& request) { return told(request); }},
      lines.log()};
};

TEST_F(HttpServerTooLarge, IsReadToItsEndAndAnsweredByItsBeginning) {
  const RawClient whole(patient.port());
  EXPECT_TRUE(whole.send(post("/in", length) + body));
  EXPECT_THAT(whole.receive(), AllOf(StartsWith("HTTP/1.1 202"), HasSubstr("65536 begin 9999999")));
  const RawClient halfway(patient.port());
  halfway.send(post("/in", length) + std::string(5000, 'a'));
  EXPECT_EQ(halfway.receive(200ms), "") << "the server waits for the rest of the body";
}

TEST_F(HttpServerTooLarge, SoIsABodyInChunksOfAnySize) {
  for (const std::size_t size : {std::size_t{1000}, std::size_t{70'000}, std::size_t{5'000'000}}) {
    std::string sent = post("/in", chunked);
    for (std::size_t at = 0; at < body.size(); at += size) sent += chunk(body.substr(at, size));
    const RawClient client(patient.port());
    EXPECT_TRUE(client.send(sent + "0\r\n\r\n"));
    EXPECT_THAT(client.receive(),
                AllOf(StartsWith("HTTP/1.1 202"), HasSubstr("65536 begin unknown")))
        << size;
  }
}

TEST_F(HttpServerTooLarge, AClientThatAsksFirstGets100Continue) {
  const RawClient asking(patient.port());
  asking.send(post("/in", length + "Expect: 100-continue\r\n"));
  EXPECT_THAT(asking.receive(200ms), StartsWith("HTTP/1.1 100"));
  EXPECT_TRUE(asking.send(body));
  EXPECT_THAT(asking.receive(), StartsWith("HTTP/1.1 202"));
}

TEST_F(HttpServerTooLarge, AStrangerIsTurnedAwayBeforeItsBodyIsRead) {
  const RawClient stranger(patient.port());
  stranger.send(post("/out", length));
  EXPECT_THAT(stranger.receive(), StartsWith("HTTP/1.1 401"));
}

TEST_F(HttpServerTooLarge, ABodyInChunksThatFitsIsAnsweredWhole) {
  const RawClient client(patient.port());
  client.send(post("/in", chunked) + chunk("ab") + chunk("c") + "0\r\n\r\n");
  EXPECT_THAT(client.receive(), AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("POST /in  3")));
}

TEST_F(HttpServerTest, ScreensARequestBeforeItsBody) {
  screen = [](const HttpServerRequest& request) -> std::optional<HttpServerReply> {
    if (request.header("authorization") == "yes") return std::nullopt;
    return HttpServerReply{.status = 401};
  };
  start();
  EXPECT_THAT(exchange("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n"),
              StartsWith("HTTP/1.1 401"));
  EXPECT_THAT(exchange("POST / HTTP/1.1\r\nHost: x\r\nAuthorization: yes\r\nAuthorization: "
                       "yes\r\nContent-Length: 60000\r\n\r\n"),
              StartsWith("HTTP/1.1 401"));
  EXPECT_EQ(handled, 0);
  EXPECT_THAT(exchange("POST / HTTP/1.1\r\nHost: x\r\nAuthorization: yes\r\n\r\n"),
              StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpServerTest, SurvivesAHandlerThatThrows) {
  answer = [](const auto&) -> HttpServerReply { throw std::runtime_error("a defect"); };
  start();
  EXPECT_THAT(exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 500"));
  EXPECT_EQ(lines.count("ERROR", "a defect"), 1);
}

TEST_F(HttpServerTest, WarnsOfAHandlerThatTakesLong) {
  answer = [](const auto&) {
    pause(20ms, {});
    return HttpServerReply{};
  };
  start({.limits = {.handler_time = 10ms}});
  EXPECT_THAT(exchange("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(lines.count("WARNING", "/slow"), 1);
}

TEST_F(HttpServerTest, ServesWhileAThousandConnectionsStayHalfOpen) {
  start();
  std::vector<std::unique_ptr<RawClient>> idle;
  for (int i = 0; i < 500; ++i) {
    idle.push_back(std::make_unique<RawClient>(server->port()));
    idle.push_back(std::make_unique<RawClient>(server->port()));
    idle.back()->send("GET / HTTP/1.1\r\nHo");
    if (i % 100 == 0) {
      EXPECT_TRUE(serves());
    }
  }
  EXPECT_TRUE(serves());
}

TEST_F(HttpServerTest, ClosesConnectionsWhoseHeaderOrBodyComesTooSlowly) {
  start({.limits = {.header_time = 100ms, .body_time = 100ms}});
  const RawClient silent(server->port());
  const RawClient slow(server->port());
  slow.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n");
  std::jthread dripping([&](const std::stop_token& stop) {
    while (!stop.stop_requested() && slow.send("a")) pause(20ms, stop);
  });
  EXPECT_TRUE(silent.closed_within(10s));
  EXPECT_TRUE(slow.closed_within(10s));
  EXPECT_EQ(handled, 0);
}

TEST_F(HttpServerTest, ClosesConnectionsThatNeitherCloseNorRead) {
  answer = [](const auto&) { return HttpServerReply{.body = std::string(64 << 20, 'x')}; };
  start({.limits = {.write_time = 100ms}});
  const RawClient client(server->port());
  client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(support::wait_until([&] { return lines.count("DEBUG", "too slow") == 1; }));
  EXPECT_LT(client.receive().size(), 64U << 20);
}

TEST_F(HttpServerTest, EndsWithConnectionsInEveryState) {
  start({.limits = {.linger_time = 60s}});
  const RawClient silent(server->port());
  const RawClient in_body(server->port());
  in_body.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n");
  const RawClient answered(server->port());
  answered.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(support::wait_until([&] { return handled == 1; }));
  const auto begun = std::chrono::steady_clock::now();
  server.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
}

TEST_F(HttpServerTest, SaysWhatIsWrongWithAnAddressOrPort) {
  start();
  const auto fails = [&](HttpServerOptions options) {
    try {
      const net::HttpServer second(std::move(options), {.answer = {}}, lines.log());
    } catch (const std::runtime_error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_THAT(fails({.port = server->port()}), HasSubstr("Address already in use"));
  EXPECT_THAT(fails({.address = "here"}), HasSubstr("not an IP address"));
  EXPECT_THAT(fails({.tls = HttpServerTls{.certificate = "/none", .key = "/none"}}),
              HasSubstr("TLS certificate"));
}

class HttpServerTlsTest : public HttpServerTest {
 protected:
  void SetUp() override {
    start({.tls = HttpServerTls{.certificate = identity.certificate, .key = identity.key}});
  }
  [[nodiscard]] Result<HttpResponse> ask() const {
    const HttpClient client({.extra_ca_pem = identity.certificate});
    return client.send({.url = fmt::format("https://127.0.0.1:{}/a", server->port())},
                       Deadline::after(10s));
  }

  support::TlsIdentity identity = support::make_tls_identity();
};

TEST_F(HttpServerTlsTest, AnswersOverTls) {
  const auto response = ask();
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "GET /a  0");
}

TEST_F(HttpServerTlsTest, SurvivesGarbageAndHalfOpenHandshakes) {
  EXPECT_EQ(exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n").find("HTTP/1.1"), std::string::npos);
  static_cast<void>(exchange(std::string("\x16\x03\x01\xff\xff", 5) + std::string(70'000, 'x')));
  std::vector<std::unique_ptr<RawClient>> idle;
  for (int i = 0; i < 300; ++i) {
    idle.push_back(std::make_unique<RawClient>(server->port()));
    idle.back()->send(std::string("\x16\x03\x01", 3));
  }
  EXPECT_TRUE(ask());
  EXPECT_EQ(handled, 1);
}

}  // namespace
}  // namespace net
