#include "opencti/in/callback.hpp"

#include <gmock/gmock.h>

#include "support/log_lines.hpp"
#include "support/tokens.hpp"

namespace opencti {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Optional;

class CallbackTest : public testing::Test {
 protected:
  CallbackTest() { callback.use(*TokenKeys::read(maker.jwks())); }

  static net::HttpServerRequest request(const std::string& authorization) {
    net::HttpServerRequest request{.method = "POST", .path = "/api/callback"};
    if (!authorization.empty()) request.headers = {{"Authorization", authorization}};
    return request;
  }
  int screened(const net::HttpServerRequest& request) {
    const auto reply = callback.screen(request);
    return reply ? reply->status : 0;
  }
  [[nodiscard]] std::string good() const {
    return "Bearer " +
           maker.token(
               std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count());
  }

  support::TokenMaker maker;
  support::LogLines lines;
  std::chrono::system_clock::time_point now{1'800'000'000s};
  std::vector<std::string> taken;
  Intake intake = Intake::accepted;
  int renewals = 0;
  Callback callback{{.path = "/api/callback", .now = [this] { return now; }},
                    {.take =
                         [this](const std::string& body, bool cut) {
                           taken.push_back(body + (cut ? " (cut)" : ""));
                           return intake;
                         },
                     .renew_keys = [this] { ++renewals; }},
                    lines.log()};
};

TEST_F(CallbackTest, LetsAPostWithAGoodTokenIn) {
  EXPECT_EQ(screened(request(good())), 0);
  EXPECT_EQ(screened(request("bEARER " + good().substr(7))), 0);
}

TEST_F(CallbackTest, TurnsOthersAway) {
  auto other_path = request(good());
  other_path.path = "/api/callback/";
  EXPECT_EQ(screened(other_path), 404);
  auto get = request(good());
  get.method = "GET";
  EXPECT_EQ(screened(get), 405);
  for (const auto* authorization : {"", "Bearer", "Bearer ", "Bearer a.b.c", "Basic YTpi"}) {
    EXPECT_EQ(screened(request(authorization)), 401) << authorization;
  }
  EXPECT_EQ(screened(request("Basic " + good().substr(7))), 401);
  auto twice = request(good());
  twice.headers.push_back(twice.headers.front());
  EXPECT_EQ(screened(twice), 401);
  EXPECT_EQ(callback.screen(request(""))->body, R"({"error":"Invalid credentials"})");
  EXPECT_EQ(lines.count("WARNING", "without a valid token"), 1) << "not one line per request";
}

TEST_F(CallbackTest, AsksForKeysThatItDoesNotKnowNowAndThen) {
  const support::TokenMaker other("fedcba9876543210");
  const auto token = "Bearer " + other.token(1'800'000'000);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(screened(request(token)), 401);
  EXPECT_EQ(renewals, 1);
  now += 61s;
  EXPECT_EQ(screened(request(token)), 401);
  EXPECT_EQ(renewals, 2);
  callback.use(*TokenKeys::read(other.jwks()));
  EXPECT_EQ(screened(request(token)), 0);
}

TEST_F(CallbackTest, IsNotReadyBeforeItKnowsTheKeys) {
  Callback early({.path = "/api/callback"}, {.take = {}, .renew_keys = {}}, lines.log());
  EXPECT_EQ(early.screen(request(good()))->status, 503);
}

TEST_F(CallbackTest, SaysWhenThePlatformProvidesNoKeys) {
  callback.use({});
  EXPECT_EQ(lines.count("ERROR", "provided no signing key"), 1);
  EXPECT_EQ(screened(request(good())), 401);
}

TEST_F(CallbackTest, KeepsTheKeysItKnowsWhenNewOnesCannotBeRead) {
  for (const auto* jwks : {"", "{}", "<html>"}) {
    callback.learn(jwks);
    EXPECT_EQ(screened(request(good())), 0) << jwks;
  }
  EXPECT_EQ(lines.count("WARNING", "continuing with the previous ones"), 3);
  EXPECT_EQ(lines.count("ERROR", "keys"), 0);
  const support::TokenMaker other("fedcba9876543210");
  callback.learn(other.jwks());
  EXPECT_EQ(screened(request("Bearer " + other.token(1'800'000'000))), 0);
  EXPECT_EQ(screened(request(good())), 401);
}

TEST_F(CallbackTest, SaysWhenTheFirstKeysCannotBeRead) {
  Callback early({.path = "/api/callback"}, {.take = {}, .renew_keys = [] {}}, lines.log());
  early.learn("{}");
  EXPECT_EQ(lines.count("ERROR", "cannot be read"), 1);
  EXPECT_EQ(lines.count("ERROR", "provided no signing key"), 1);
  EXPECT_EQ(early.screen(request(good()))->status, 401);
}

TEST_F(CallbackTest, AnswersAsWorkersExpect) {
  auto message = request(good());
  message.body = R"({"event":{}})";
  const auto accepted = callback.answer(message);
  EXPECT_EQ(accepted.status, 202);
  EXPECT_EQ(accepted.body, R"({"message":"Message successfully received"})");
  EXPECT_THAT(taken, ElementsAre(message.body));

  intake = Intake::not_now;
  EXPECT_EQ(callback.answer(message).status, 503);
}

TEST_F(CallbackTest, AnswersProbesAsPyctiDoesWithoutAToken) {
  for (const auto* method : {"GET", "HEAD"}) {
    net::HttpServerRequest probe;
    probe.method = method;
    probe.path = "/health";
    const auto answer = callback.screen(probe);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, R"({"status":"ok"})");
  }
}

TEST_F(CallbackTest, AcceptsAnUnreadableBodySoThatItDoesNotComeAgain) {
  auto message = request(good());
  message.body = std::string(1000, '[') + std::string(1000, ']');
  EXPECT_EQ(callback.answer(message).status, 202);
}

TEST_F(CallbackTest, AcceptsABodyThatIsNotJson) {
  auto message = request(good());
  message.body = "this is no JSON";
  EXPECT_EQ(callback.answer(message).status, 202);
  EXPECT_THAT(taken, ElementsAre("this is no JSON"));
}

TEST_F(CallbackTest, AcceptsTheBeginningOfABodyThatIsTooLarge) {
  auto large = request(good());
  large.headers.emplace_back("Content-Length", "99999999");
  large.body = "{";
  EXPECT_EQ(callback.answer_cut(large).status, 202);
  EXPECT_THAT(taken, ElementsAre("{ (cut)"));
  EXPECT_EQ(lines.count("ERROR", "only its beginning is read bytes=99999999"), 1) << lines.all();
}

TEST_F(CallbackTest, ABodyThatIsTooLargeComesAgainIfItCannotBeAcceptedNow) {
  intake = Intake::not_now;
  EXPECT_EQ(callback.answer_cut(request(good())).status, 503);
  EXPECT_EQ(lines.count("ERROR", ""), 0) << lines.all();
}

}  // namespace
}  // namespace opencti
