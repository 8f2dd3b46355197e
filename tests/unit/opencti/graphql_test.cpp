#include "opencti/client/graphql.hpp"

#include <gmock/gmock.h>

namespace opencti {
namespace {

using nlohmann::json;
using testing::HasSubstr;

std::string error_body(const char* code, const char* message = "words of the platform") {
  return json{
      {"data", nullptr},
      {"errors", {{{"message", message}, {"name", code}, {"extensions", {{"code", code}}}}}}}
      .dump();
}

struct Case {
  int status;
  std::string body;
  ErrorKind kind;
};

/// Shows the case in the list of tests.
void PrintTo(const Case& failed, std::ostream* out) {
  *out << failed.status << ' ' << failed.body.substr(0, 80);
}

class FailedAnswer : public testing::TestWithParam<Case> {};

TEST_P(FailedAnswer, HasItsKind) {
  const auto& [status, body, kind] = GetParam();
  const auto answer = decode_answer({.status = status, .body = body}, "");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, kind) << answer.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    Graphql, FailedAnswer,
    testing::Values(
        Case{200, error_body("AUTH_REQUIRED"), ErrorKind::unauthorized},
        Case{200, error_body("FORBIDDEN_ACCESS"), ErrorKind::forbidden},
        Case{200, error_body("LOCK_ERROR"), ErrorKind::busy},
        Case{200, error_body("DATABASE_ERROR"), ErrorKind::busy},
        Case{200, error_body("INTERNAL_SERVER_ERROR", "LOCK_ERROR: Execution timeout"),
             ErrorKind::busy},
        Case{200, error_body("INTERNAL_SERVER_ERROR"), ErrorKind::internal},
        Case{200, error_body("FUNCTIONAL_ERROR"), ErrorKind::rejected},
        Case{200, error_body("FUNCTIONAL_ERROR", "No connector found with the specified ID"),
             ErrorKind::unknown_connector},
        Case{200, error_body("GRAPHQL_VALIDATION_FAILED"), ErrorKind::not_understood},
        Case{200, error_body("BAD_USER_INPUT"), ErrorKind::not_understood},
        Case{500, error_body("DRAFT_LOCKED"), ErrorKind::draft_locked},
        Case{500, R"({"status":"error","error":"request entity too large"})", ErrorKind::too_large},
        Case{500, R"({"status":"error","error":"read ECONNRESET"})", ErrorKind::busy},
        Case{400, error_body("BAD_REQUEST"), ErrorKind::busy},
        Case{200, error_body("UNSUPPORTED_ERROR"), ErrorKind::unsupported},
        Case{500, R"({"status":"error","error":"Expected property name"})", ErrorKind::busy},
        Case{404, R"({"status":"error","error":"Path not found"})", ErrorKind::busy}));

std::string error_about(const json& path, const json& data) {
  auto body = json::parse(error_body("FUNCTIONAL_ERROR"));
  body["errors"][0]["path"] = path;
  body["data"] = data;
  return body.dump();
}

constexpr const char* two_fields = R"(mutation Two($id: ID!, $other: ID) {
  workEdit(id: $id, filters: { mode: and }) {
    toProcessed(message: "{ quoted(") @include(if: $id)
    ... on Kind { alias: named }
  }
  renamed: work(id: $other) { ...Part }
}
fragment Part on Work { part })";

using About = std::pair<json, json>;

class ErrorOfAnotherRequest : public testing::TestWithParam<About> {};

TEST_P(ErrorOfAnotherRequest, SaysNothing) {
  const auto& [path, data] = GetParam();
  const auto answer = decode_answer({.status = 200, .body = error_about(path, data)}, two_fields);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::intermediary);
  EXPECT_THAT(answer.error().message, HasSubstr("belongs to another request"));
}

INSTANTIATE_TEST_SUITE_P(
    Graphql, ErrorOfAnotherRequest,
    testing::Values(About{json::array({"other"}), {{"other", nullptr}}},
                    About{json::array({"other"}), nullptr}, About{nullptr, {{"other", nullptr}}},
                    About{json::array({"workEdit"}), {{"workEdit", nullptr}, {"other", nullptr}}},
                    // A part of a key, and a field that has another key in the response.
                    About{json::array({"workEd"}), nullptr},
                    About{json::array({"work"}), {{"work", nullptr}}},
                    // Another field of the same root field.
                    About{json::array({"workEdit", "toReceived"}), {{"workEdit", nullptr}}},
                    // Names of the document that are not keys of the response's root.
                    About{json::array({"Two"}), nullptr}, About{json::array({"id"}), nullptr},
                    About{json::array({"mode"}), nullptr}, About{json::array({"quoted"}), nullptr},
                    About{json::array({"include"}), nullptr}, About{json::array({"Part"}), nullptr},
                    About{json::array({"part"}), nullptr},
                    About{json::array({"workEdit", "Kind"}), nullptr}));

class ErrorOfThisRequest : public testing::TestWithParam<About> {};

TEST_P(ErrorOfThisRequest, Decides) {
  const auto& [path, data] = GetParam();
  const auto answer = decode_answer({.status = 200, .body = error_about(path, data)}, two_fields);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::rejected) << answer.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    Graphql, ErrorOfThisRequest,
    testing::Values(About{nullptr, nullptr}, About{json::array(), json::object()},
                    About{json::array({"workEdit"}), {{"workEdit", nullptr}}},
                    About{json::array({"workEdit", "toProcessed"}),
                          {{"workEdit", {{"toProcessed", nullptr}}}}},
                    About{json::array({"workEdit", 3, "alias"}), nullptr},
                    About{json::array({"renamed", "part"}), {{"renamed", nullptr}}}));

/// An answer that is not the platform's own decides nothing, whatever it says.
class IntermediaryResponse : public testing::TestWithParam<std::pair<int, const char*>> {};

TEST_P(IntermediaryResponse, SaysNothing) {
  const auto& [status, body] = GetParam();
  const auto answer = decode_answer({.status = status, .body = body}, "{ about }");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::intermediary) << answer.error().message;
  EXPECT_TRUE(answer.error().no_response());
}

INSTANTIATE_TEST_SUITE_P(
    Graphql, IntermediaryResponse,
    testing::Values(
        std::pair{502, "<html>Bad Gateway</html>"}, std::pair{503, ""}, std::pair{504, ""},
        std::pair{400, "<html>"}, std::pair{401, ""}, std::pair{403, "<html>Blocked</html>"},
        std::pair{413, "<html>"}, std::pair{414, ""}, std::pair{404, "<html>"}, std::pair{301, ""},
        std::pair{405, ""}, std::pair{429, ""}, std::pair{204, ""}, std::pair{200, ""},
        std::pair{200, "<html>login</html>"}, std::pair{200, R"({"message":"log in first"})"},
        std::pair{400, R"({"message":"no"})"}, std::pair{400, R"({"error":"too large"})"},
        std::pair{200, R"({"status":"error","error":"request entity too large"})"},
        std::pair{200, R"({"data":{"about":{"ver)"}, std::pair{200, R"({"data":null})"},
        std::pair{200, R"({"data":{}})"}, std::pair{200, "[]"},
        std::pair{500, R"({"data":{"about":1}})"}, std::pair{200, R"({"data":{"other":1}})"},
        std::pair{200, R"({"errors":[7]})"}, std::pair{400, R"({"errors":["bad request"]})"},
        std::pair{400, R"({"errors":[{"message":"blocked"}]})"},
        std::pair{200, R"({"errors":[{"message":{},"extensions":[]}]})"},
        // From a gateway that also speaks GraphQL.
        std::pair{429, R"({"errors":[{"message":"slow","extensions":{"code":"RATE_LIMITED"}}]})"},
        // One bit of the code was flipped on the way.
        std::pair{200, R"({"errors":[{"message":"m","name":"LOCK_ERROR",)"
                       R"("extensions":{"code":"MOCK_ERROR"}}]})"}));

TEST(IntermediaryResponseText, IsOneLineOfPlainText) {
  const auto answer = decode_answer({.status = 403,
                                     .body = "<html>\n<h1>Blocked</h1>\x1b[31m by \xe2\x80\xae"
                                             "policy\r\n</html>",
                                     .server = "gate\x1b[2J",
                                     .via = "1.1 proxy"},
                                    "{ about }");
  EXPECT_THAT(answer.error().message, HasSubstr("HTTP status 403, Server gate [2J, Via 1.1 proxy, "
                                                "\"Blocked [31m by policy\""));
  const auto long_page = decode_answer({.status = 200, .body = std::string(100'000, 'x')}, "");
  EXPECT_LT(long_page.error().message.size(), 400U);
}

TEST(Graphql, TheDataOfAnAnswerIsGivenBack) {
  const auto answer = decode_answer(
      {.status = 200, .body = R"({"data":{"about":{"version":"7.260318"}}})"}, "{ about }");
  ASSERT_TRUE(answer);
  EXPECT_EQ((*answer)["about"]["version"], "7.260318");
}

TEST(Graphql, AnEmptyListOfErrorsIsNotAnError) {
  EXPECT_TRUE(decode_answer({.status = 200, .body = R"({"data":{"a":1},"errors":[]})"}, "{ a }"));
}

TEST(Graphql, AnErrorQuotesThePlatformWithinBounds) {
  const auto answer = decode_answer(
      {.status = 200, .body = error_body("FUNCTIONAL_ERROR", std::string(100'000, 'x').c_str())},
      "");
  EXPECT_LT(answer.error().message.size(), 1000U);
  EXPECT_THAT(
      decode_answer({.status = 200, .body = error_body("FUNCTIONAL_ERROR")}, "").error().message,
      HasSubstr("words of the platform"));
}

}  // namespace
}  // namespace opencti
