#include "kaspersky/client.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <stop_token>
#include <thread>

#include "support/figures.hpp"
#include "support/http_server.hpp"

namespace kaspersky {
namespace {

using namespace std::chrono_literals;
using support::HttpReply;
using support::HttpServer;
using support::in_order;
using support::Then;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string requested = "00112233445566778899AABBCCDDEEFF";
const std::string token = "s3cret-t0ken";

/// A deadline so far away that a test has failed if it is reached.
net::Deadline patient() { return net::Deadline::after(30s); }

ClientOptions options_for(const HttpServer& server) {
  ClientOptions options;
  options.base_url = server.url();
  options.api_key = token;
  return options;
}

Outcome ask(const HttpServer& server, const std::string& value = requested) {
  return Client(options_for(server)).look_up({.kind = ObjectKind::hash, .value = value}, patient());
}

Outcome outcome_of(HttpReply reply) { return ask(HttpServer(in_order({std::move(reply)}))); }

/// The reason of an outcome of this type; otherwise says which outcome came instead.
template <class Expected>
std::string why(const Outcome& outcome) {
  if (const auto* expected = std::get_if<Expected>(&outcome)) return expected->why;
  return fmt::format("another outcome: {}", outcome.index());
}

const Inquiry hedged{.kind = ObjectKind::hash, .value = requested, .hedged = true};

bool is_lost(const Outcome& outcome) {
  const auto* unavailable = std::get_if<Unavailable>(&outcome);
  EXPECT_NE(unavailable, nullptr);
  return unavailable != nullptr && unavailable->lost;
}

// --- the request ---

TEST(Client, AsksAsTheApiExpects) {
  const HttpServer server(in_order({{.body = "{}"}}));
  auto options = options_for(server);
  options.sections[ObjectKind::hash] = {"DetectionsInfo", "Zone"};
  options.records_count = 25;
  options.http.user_agent = "tester/1";
  Client client(options);
  EXPECT_TRUE(std::holds_alternative<Found>(
      client.look_up({.kind = ObjectKind::hash, .value = requested}, patient())));

  const auto request = server.requests().at(0);
  EXPECT_EQ(request.line,
            "GET /api/hash/00112233445566778899AABBCCDDEEFF"
            "?sections=LicenseInfo,Zone,FileGeneralInfo,DetectionsInfo&count=25&format=json"
            " HTTP/1.1");
  EXPECT_EQ(request.header("Authorization"), "Bearer s3cret-t0ken");
  EXPECT_EQ(request.header("Accept"), "application/json");
  EXPECT_EQ(request.header("User-Agent"), "tester/1");
}

TEST(Client, EachKindHasItsPathAndItsSections) {
  const HttpServer server(in_order({{.body = "{}"}}));
  auto options = options_for(server);
  options.sections[ObjectKind::hash] = {"FileNames"};
  options.sections[ObjectKind::ip] = {"IpWhoIs"};
  Client client(options);
  static_cast<void>(client.look_up({.kind = ObjectKind::ip, .value = "198.51.100.7"}, patient()));
  static_cast<void>(
      client.look_up({.kind = ObjectKind::domain, .value = "example.com"}, patient()));
  EXPECT_THAT(server.requests().at(0).line,
              HasSubstr("/api/ip/198.51.100.7?sections=LicenseInfo,Zone,IpGeneralInfo,IpWhoIs&"));
  EXPECT_THAT(server.requests().at(1).line,
              HasSubstr("/api/domain/example.com?sections=LicenseInfo,Zone,DomainGeneralInfo&"));
}

TEST(Client, TheApiAddressMayHaveAPathASlashAndApiAtItsEnd) {
  const HttpServer server(in_order({{.body = "{}"}}));
  for (const auto* base : {"/tip", "/tip/", "/tip/api", "/tip/api/"}) {
    auto options = options_for(server);
    options.base_url = server.url(base);
    static_cast<void>(
        Client(options).look_up({.kind = ObjectKind::hash, .value = requested}, patient()));
  }
  for (const auto& request : server.requests()) {
    EXPECT_THAT(request.line, testing::StartsWith("GET /tip/api/hash/0011"));
  }
}

TEST(Client, NoValueLeavesItsPathSegment) {
  const std::pair<std::string, std::string> cases[] = {
      {"../../admin", "..%2F..%2Fadmin"},
      {"a?count=999", "a%3Fcount%3D999"},
      {"a#b", "a%23b"},
      {"%2F..%2e", "%252F..%252e"},
      {"a&sections=x", "a%26sections%3Dx"},
      {"a\r\nX-Forged: 1", "a%0D%0AX-Forged%3A%201"},
      {"http://a.example/p?q=1#f", "http%3A%2F%2Fa.example%2Fp%3Fq%3D1%23f"},
      {"\xC3\xBC\\", "%C3%BC%5C"},
      {std::string("a\0b", 3), "a%00b"},
      {"...", "..."},
  };
  for (const auto& [value, segment] : cases) {
    const HttpServer server(in_order({{.body = "{}"}}));
    static_cast<void>(ask(server, value));
    const auto request = server.requests().at(0);
    EXPECT_THAT(request.line, testing::StartsWith("GET /api/hash/" + segment + "?sections=L"));
    EXPECT_EQ(request.header("X-Forged"), std::nullopt);
  }
}

TEST(Client, AValueThatWouldBeAnotherPathIsNotAsked) {
  const HttpServer server(in_order({{.body = "{}"}}));
  for (const auto* value : {"", ".", ".."}) {
    EXPECT_EQ(why<Skipped>(ask(server, value)), "the value is empty or a dot segment");
  }
  EXPECT_THAT(server.requests(), IsEmpty());
}

TEST(Client, ALineBreakInTheTokenIsRejectedWithoutShowingIt) {
  const HttpServer server(in_order({{.body = "{}"}}));
  auto options = options_for(server);
  options.api_key = token + "\n";
  const auto outcome =
      Client(options).look_up({.kind = ObjectKind::hash, .value = requested}, patient());
  EXPECT_EQ(why<Rejected>(outcome), "a request header holds a line break");
  EXPECT_THAT(server.requests(), IsEmpty());
}

// --- statuses ---

TEST(Client, AnAnswerIsFound) {
  const auto outcome = outcome_of(
      {.body = R"({"Zone": "Red", "FileGeneralInfo": {"Md5": "00112233445566778899AABBCCDDEEFF",
                   "Size": "odd"}})"});
  const auto* found = std::get_if<Found>(&outcome);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->answer.zone, Zone::red);
  EXPECT_EQ(found->answer.file.value().md5, "00112233445566778899aabbccddeeff");
  EXPECT_THAT(found->answer.oddities, testing::SizeIs(1));
}

TEST(Client, Status404IsNotFound) {
  EXPECT_TRUE(std::holds_alternative<NotFound>(
      outcome_of({.status = 404, .body = "<html>not here</html>"})));
}

TEST(Client, APageOfAnotherServerThanThatOfTheAnswersSaysNothing) {
  const std::string page = "\r\n<!DOCTYPE html><h1>not here</h1>";
  const support::Headers kaspersky{{"Server", "tip"}};
  const support::Headers proxy{{"Server", "gate"}};
  const HttpServer server(in_order({{.status = 404, .headers = proxy, .body = page},
                                    {.headers = kaspersky, .body = R"({"Zone":"Red"})"},
                                    {.status = 404, .headers = proxy, .body = page},
                                    {.status = 400, .headers = proxy, .body = page},
                                    {.status = 414, .headers = proxy, .body = page},
                                    {.status = 404, .headers = kaspersky, .body = page},
                                    {.status = 404, .headers = proxy, .body = "{}"},
                                    {.status = 404}}));
  Client client(options_for(server));
  const auto ask = [&] {
    return client.look_up({.kind = ObjectKind::hash, .value = requested}, patient());
  };
  EXPECT_TRUE(std::holds_alternative<NotFound>(ask()))
      << "a 404 counts as Kaspersky's until the server is known";
  ASSERT_TRUE(std::holds_alternative<Found>(ask()));
  for (const auto* status : {"404", "400", "414"}) {
    const auto outcome = ask();
    const auto* away = std::get_if<Unavailable>(&outcome);
    ASSERT_NE(away, nullptr) << status;
    EXPECT_TRUE(away->transient);
    EXPECT_THAT(away->why, HasSubstr(status));
    EXPECT_THAT(away->why, HasSubstr("something else answers in Kaspersky's place"));
  }
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(std::holds_alternative<NotFound>(ask())) << i;
}

TEST(Client, Status429IsRateLimitedForAsLongAsTheServiceSays) {
  const auto wait = [](support::Headers headers) {
    const auto outcome = outcome_of({.status = 429, .headers = std::move(headers)});
    const auto* limited = std::get_if<RateLimited>(&outcome);
    EXPECT_NE(limited, nullptr);
    return limited != nullptr ? limited->retry_after : std::nullopt;
  };
  EXPECT_EQ(wait({}), std::nullopt);
  EXPECT_EQ(wait({{"Retry-After", "17"}}), 17s);
  EXPECT_EQ(wait({{"Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT"}}), 0s);
  EXPECT_EQ(wait({{"Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT"}}), 24h);
}

TEST(Client, Status401And403SayWhatToDo) {
  const auto unauthorised = why<Refused>(outcome_of({.status = 401}));
  for (const auto* part : {"status 401", "token", "expired", "terms", "browser"}) {
    EXPECT_THAT(unauthorised, HasSubstr(part));
  }
  const auto forbidden = why<Refused>(outcome_of({.status = 403}));
  for (const auto* part : {"status 403", "right", "quota"}) {
    EXPECT_THAT(forbidden, HasSubstr(part));
  }
}

TEST(Client, Status400And414AreRejected) {
  EXPECT_THAT(why<Rejected>(outcome_of({.status = 400})), HasSubstr("status 400"));
  EXPECT_THAT(why<Rejected>(outcome_of({.status = 414})), HasSubstr("longer than"));
}

TEST(Client, FailuresOfTheServiceAreUnavailable) {
  EXPECT_EQ(why<Unavailable>(outcome_of({.status = 500})), "status 500");
  EXPECT_EQ(why<Unavailable>(outcome_of({.status = 503})), "status 503");
  EXPECT_THAT(why<Unavailable>(outcome_of({.status = 408})), HasSubstr("status 408"));
}

TEST(Client, OtherStatusesAreRejected) {
  for (const int status : {204, 405, 418, 451}) {
    EXPECT_THAT(why<Rejected>(outcome_of({.status = status})),
                HasSubstr(fmt::format("status {}", status)));
  }
}

TEST(Client, ARedirectIsNotFollowedAndPointsAtTheAddress) {
  const HttpServer server(
      in_order({{.status = 302, .headers = {{"Location", "/stolen"}}}, {.body = "{}"}}));
  EXPECT_THAT(why<Rejected>(ask(server)),
              testing::AllOf(HasSubstr("status 302"), HasSubstr("API address")));
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(Client, NothingThatTheServiceSaysIsQuoted) {
  for (const int status : {302, 400, 401, 403, 414, 418, 500}) {
    const auto outcome = outcome_of({.status = status,
                                     .headers = {{"Location", "http://leak.example/"}},
                                     .body = "leak " + token});
    std::visit(
        [](const auto& what) {
          if constexpr (requires { what.why; }) {
            EXPECT_THAT(what.why, testing::Not(HasSubstr("leak")));
            EXPECT_THAT(what.why, testing::Not(HasSubstr(token)));
          }
        },
        outcome);
  }
}

// --- bodies ---

TEST(Client, ABodyThatIsNotAnAnswerIsMalformed) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "not JSON"},        {"<html>sign in</html>", "not JSON"}, {"{\"Zone\": ", "not JSON"},
      {"[]", "not an object"}, {"\"Red\"", "not an object"},
  };
  for (const auto& [body, reason] : cases) {
    EXPECT_THAT(why<Malformed>(outcome_of({.body = body})), HasSubstr(reason)) << body;
  }
}

TEST(Client, AValueThatIsTooDeepCostsOnlyItself) {
  const std::string deep = std::string(70, '[') + std::string(70, ']');
  const auto outcome = outcome_of({.body = R"({"Zone": "Red", "Unused": )" + deep + "}"});
  ASSERT_TRUE(std::holds_alternative<Found>(outcome));
  EXPECT_EQ(std::get<Found>(outcome).answer.zone, Zone::red);
}

TEST(Client, TheNumberOfValuesIsLimited) {
  std::string many = "[0";
  for (int i = 0; i < 400'000; ++i) many += ",0";
  EXPECT_THAT(why<Malformed>(outcome_of({.body = many + "]"})), HasSubstr("JSON of more than"));
}

TEST(Client, SizeIsLimited) {
  const HttpServer server(in_order({{.body = "{}" + std::string(2000, ' ')}}));
  auto options = options_for(server);
  options.max_answer = 1000;
  EXPECT_THAT(why<Malformed>(Client(options).look_up({.kind = ObjectKind::hash, .value = requested},
                                                     patient())),
              HasSubstr("more than 1000 bytes"));
}

TEST(Client, ACutBodyIsUnavailable) {
  EXPECT_THAT(
      why<Unavailable>(outcome_of({.body = "{}", .announced_length = 100, .then = Then::close})),
      HasSubstr("127.0.0.1"));
}

// --- time ---

TEST(Client, NobodyListeningIsUnavailable) {
  ClientOptions options;
  options.base_url = fmt::format("http://127.0.0.1:{}", support::unused_port());
  EXPECT_THAT(why<Unavailable>(Client(options).look_up(
                  {.kind = ObjectKind::hash, .value = requested}, patient())),
              HasSubstr("connect"));
}

TEST(Client, ASlowBodyEndsWithTheTotalTimeout) {
  const HttpServer server(in_order({{.body = "{", .announced_length = 100, .then = Then::hang}}));
  auto options = options_for(server);
  options.total_timeout = 200ms;
  EXPECT_THAT(why<Unavailable>(Client(options).look_up(
                  {.kind = ObjectKind::hash, .value = requested}, patient())),
              HasSubstr("timed out"));
}

TEST(Client, TheDeadlineEndsItSooner) {
  const HttpServer server(in_order({{.then = Then::hang, .raw = ""}}));
  Client client(options_for(server));
  EXPECT_THAT(why<Unavailable>(client.look_up({.kind = ObjectKind::hash, .value = requested},
                                              net::Deadline::after(200ms))),
              HasSubstr("timed out"));
}

TEST(Client, AStopEndsTheWait) {
  const HttpServer server(in_order({{.then = Then::hang, .raw = ""}}));
  std::stop_source source;
  const std::jthread stopper([&] {
    EXPECT_TRUE(server.wait_for_requests(1));
    source.request_stop();
  });
  Client client(options_for(server));
  const auto deadline = net::Deadline::after(1h, source.get_token());
  EXPECT_EQ(
      why<Unavailable>(client.look_up({.kind = ObjectKind::hash, .value = requested}, deadline)),
      "shutting down");
}

TEST(Client, ALostAnswerIsGivenUpEarlyAndAskedForOverAnotherConnection) {
  const HttpServer server(
      in_order({{.body = "{}"}, {.then = Then::hang, .raw = ""}, {.body = "{}"}}));
  auto options = options_for(server);
  options.first_byte_limit = 100ms;
  Client client(options);
  EXPECT_TRUE(std::holds_alternative<Found>(client.look_up(hedged, patient())));
  EXPECT_TRUE(is_lost(client.look_up(hedged, net::Deadline::after(1h))));
  EXPECT_TRUE(std::holds_alternative<Found>(
      client.look_up({.kind = ObjectKind::hash, .value = requested, .is_retry = true}, patient())));
  const auto requests = server.requests();
  EXPECT_EQ(requests.at(1).connection, 1);
  EXPECT_EQ(requests.at(2).connection, 2);
}

TEST(Client, AnAnswerIsWaitedForWhereItIsNotAskedForAgain) {
  const HttpServer server(in_order({{.then = Then::hang, .raw = ""}}));
  auto options = options_for(server);
  options.first_byte_limit = 100ms;
  auto inquiry = hedged;
  inquiry.hedged = false;
  EXPECT_FALSE(is_lost(Client(options).look_up(inquiry, net::Deadline::after(2s))));
}

TEST(Client, AnAnswerIsWaitedForWhereTheNextTryWouldHaveLessTime) {
  const HttpServer server(in_order({{.then = Then::hang, .raw = ""}}));
  auto options = options_for(server);
  options.first_byte_limit = 1100ms;
  EXPECT_FALSE(is_lost(Client(options).look_up(hedged, net::Deadline::after(2s))));
}

TEST(Client, ASlowServiceIsNotAskedTwice) {
  const HttpServer server([](const support::HttpRequest& request) {
    if (request.line.find("/api/hash/slow") == std::string::npos) {
      return HttpReply{.then = Then::hang, .raw = ""};
    }
    std::this_thread::sleep_for(150ms);
    return HttpReply{.status = 404};
  });
  auto options = options_for(server);
  options.first_byte_limit = 100ms;
  for (const auto slow_for : {10min, 0min}) {
    options.slow_for = slow_for;
    Client client(options);
    EXPECT_TRUE(std::holds_alternative<NotFound>(
        client.look_up({.kind = ObjectKind::hash, .value = "slow", .is_retry = true}, patient())));
    EXPECT_EQ(is_lost(client.look_up(hedged, net::Deadline::after(3s))), slow_for == 0min);
  }
}

TEST(Client, ThreadsMayAskAtTheSameTime) {
  const HttpServer server([](const support::HttpRequest& request) {
    const bool red = request.line.find("/api/hash/red") != std::string::npos;
    return HttpReply{.body = red ? R"({"Zone": "Red"})" : R"({"Zone": "Green"})"};
  });
  Client client(options_for(server));
  std::vector<std::jthread> askers;
  for (const auto zone : {Zone::red, Zone::green, Zone::red, Zone::green}) {
    askers.emplace_back([&client, zone] {
      for (int i = 0; i < 20; ++i) {
        const auto outcome = client.look_up(
            {.kind = ObjectKind::hash, .value = std::string(name_of(zone))}, patient());
        const auto* found = std::get_if<Found>(&outcome);
        ASSERT_NE(found, nullptr);
        EXPECT_EQ(found->answer.zone, zone);
      }
    });
  }
}

// --- figures ---

TEST(Client, CountsRequestsByTheirOutcome) {
  const HttpServer server(
      in_order({{.body = "{}"}, {.status = 404}, {.status = 429}, {.status = 503}, {.body = "{"}}));
  telemetry::Metrics metrics;
  auto options = options_for(server);
  options.metrics = {
      .requests = metrics.counters({.name = "requests_total", .help = "", .labels = {"result"}}),
      .failures = metrics.counters({.name = "failures_total", .help = ""}).with({}),
      .retries = metrics.counters({.name = "retries_total", .help = ""}).with({}),
      .took = metrics.histograms({.name = "took_seconds", .help = ""}, {60}).with({})};
  Client client(options);
  for (int i = 0; i < 5; ++i) {
    static_cast<void>(client.look_up(
        {.kind = ObjectKind::hash, .value = requested, .is_retry = i == 3}, patient()));
  }
  static_cast<void>(
      client.look_up({.kind = ObjectKind::hash, .value = "..", .is_retry = true}, patient()));

  const auto text = metrics.text();
  for (const auto* result : {"found", "not_found", "rate_limited", "unavailable", "malformed"}) {
    EXPECT_EQ(support::figure(text, fmt::format("requests_total{{result=\"{}\"}}", result)), 1)
        << result;
  }
  EXPECT_EQ(support::figure(text, "failures_total"), 3);
  EXPECT_EQ(support::figure(text, "retries_total"), 1);
  EXPECT_EQ(support::figure(text, "took_seconds_bucket{le=\"60\"}"), 5);
}

// --- memory ---

TEST(Client, ALargeAnswerForWhichNoMemoryIsFreeIsDeferredAndNoFailureOfKaspersky) {
  net::MemoryBudget budget(64U << 20U);
  const auto other = budget.try_take(budget.largest());
  ASSERT_TRUE(other);
  const HttpServer server(in_order({{.body = std::string(2 * net::free_response, 'x')}}));
  telemetry::Metrics metrics;
  auto options = options_for(server);
  options.memory = source::AnswerMemory(&budget);
  options.metrics.failures = metrics.counters({.name = "failures_total", .help = ""}).with({});
  const auto outcome = Client(options).look_up({.kind = ObjectKind::hash, .value = requested},
                                               net::Deadline::after(1s));
  ASSERT_TRUE(std::holds_alternative<Unavailable>(outcome));
  EXPECT_TRUE(std::get<Unavailable>(outcome).deferred) << why<Unavailable>(outcome);
  EXPECT_FALSE(std::get<Unavailable>(outcome).transient);
  EXPECT_EQ(support::figure(metrics.text(), "failures_total"), 0);
}

}  // namespace
}  // namespace kaspersky
