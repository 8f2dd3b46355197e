#include "commands/readiness.hpp"

#include <gmock/gmock.h>

namespace {

using commands::read_readiness;
using testing::HasSubstr;

TEST(Readiness, IsWellWithStatus200) {
  const auto readiness = read_readiness(200, "ok");
  EXPECT_TRUE(readiness.healthy);
  EXPECT_EQ(readiness.text, "healthy");
}

TEST(Readiness, NamesThePartThatIsNot) {
  const auto readiness = read_readiness(503, R"({"ready": false, "parts": [
    {"name": "platform", "state": "up", "detail": ""},
    {"name": "broker_in", "state": "down", "detail": "connection refused"},
    {"name": "store", "state": "off", "detail": ""},
    {"name": "kaspersky", "state": "starting"}]})");
  EXPECT_FALSE(readiness.healthy);
  EXPECT_EQ(readiness.text,
            "not ready: broker_in is down: connection refused; kaspersky is starting");
}

TEST(Readiness, AnyResponseIsShownOnOneSafeLine) {
  for (const auto* body : {"", "[]", "not json", R"({"parts": 7})", R"({"parts": [1, null]})"}) {
    const auto readiness = read_readiness(503, body);
    EXPECT_FALSE(readiness.healthy) << body;
    EXPECT_THAT(readiness.text, testing::StartsWith("not ready")) << body;
  }
  const auto hostile = read_readiness(
      503, R"({"parts": [{"name": "\u001b[2J\n", "state": "down", "detail": "\u009b"}]})");
  EXPECT_EQ(hostile.text, "not ready: \\x1b[2J\\x0a is down: \\x9b");
}

TEST(Readiness, AnotherProgramIsDetected) {
  const auto readiness = read_readiness(404, "<html>");
  EXPECT_FALSE(readiness.healthy);
  EXPECT_THAT(readiness.text, HasSubstr("status 404"));
}

}  // namespace
