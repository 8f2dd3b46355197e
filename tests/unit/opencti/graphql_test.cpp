#include "opencti/graphql.hpp"

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

/// Names the case in the list of tests.
void PrintTo(const Case& failed, std::ostream* out) {
  *out << failed.status << ' ' << failed.body.substr(0, 80);
}

class FailedAnswer : public testing::TestWithParam<Case> {};

TEST_P(FailedAnswer, HasItsKind) {
  const auto& [status, body, kind] = GetParam();
  const auto answer = decode_answer(status, body);
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
        Case{500, R"({"status":"error","error":"request entity too large"})", ErrorKind::rejected},
        Case{500, R"({"status":"error","error":"read ECONNRESET"})", ErrorKind::busy},
        Case{502, "<html>Bad Gateway</html>", ErrorKind::unreachable},
        Case{503, "", ErrorKind::unreachable}, Case{504, "", ErrorKind::no_answer},
        Case{401, "", ErrorKind::unauthorized}, Case{400, "", ErrorKind::no_answer},
        Case{413, "<html>", ErrorKind::no_answer}, Case{414, "", ErrorKind::no_answer},
        Case{404, "<html>", ErrorKind::unreachable}, Case{301, "", ErrorKind::unreachable},
        Case{405, "", ErrorKind::unreachable}, Case{429, "", ErrorKind::unreachable},
        Case{204, "", ErrorKind::unreachable}, Case{200, "", ErrorKind::unreachable},
        Case{200, "<html>login</html>", ErrorKind::unreachable},
        Case{200, R"({"message":"log in first"})", ErrorKind::unreachable},
        Case{200, R"({"data":{"about":{"ver)", ErrorKind::no_answer},
        Case{200, R"({"data":null})", ErrorKind::unreachable},
        Case{200, "[]", ErrorKind::unreachable},
        Case{200, R"({"errors":[7]})", ErrorKind::rejected},
        Case{200, R"({"errors":[{"message":{},"extensions":[]}]})", ErrorKind::rejected}));

TEST(Graphql, TheDataOfAnAnswerIsGivenBack) {
  const auto answer = decode_answer(200, R"({"data":{"about":{"version":"7.260318"}}})");
  ASSERT_TRUE(answer);
  EXPECT_EQ((*answer)["about"]["version"], "7.260318");
}

TEST(Graphql, AnEmptyListOfErrorsIsNoError) {
  EXPECT_TRUE(decode_answer(200, R"({"data":{"a":1},"errors":[]})"));
}

TEST(Graphql, AnErrorQuotesThePlatformWithinBounds) {
  const auto answer =
      decode_answer(200, error_body("FUNCTIONAL_ERROR", std::string(100'000, 'x').c_str()));
  EXPECT_LT(answer.error().message.size(), 1000U);
  EXPECT_THAT(decode_answer(200, error_body("FUNCTIONAL_ERROR")).error().message,
              HasSubstr("words of the platform"));
}

}  // namespace
}  // namespace opencti
