#include "telemetry/log.hpp"

#include <gmock/gmock.h>

#include <thread>

namespace telemetry {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

struct Captured {
  std::string text;
  LogOptions options(bool as_json = true) {
    return {Level::debug, "Kaspersky Enrichment", as_json,
            [this](std::string_view line) { text += line; }};
  }
  [[nodiscard]] std::vector<json> lines() const {
    std::vector<json> out;
    std::size_t at = 0;
    while (at < text.size()) {
      const auto end = text.find('\n', at);
      out.push_back(json::parse(text.substr(at, end - at)));
      at = end + 1;
    }
    return out;
  }
};

TEST(Log, WritesOneJsonObjectPerLineWithTheFieldsOfOpenCtiConnectors) {
  Captured captured;
  Log(captured.options()).warning("Something odd", {{"count", 3}});

  const auto line = captured.lines().at(0);
  EXPECT_EQ(line["level"], "WARNING");
  EXPECT_EQ(line["name"], "Kaspersky Enrichment");
  EXPECT_EQ(line["message"], "Something odd");
  EXPECT_EQ(line["attributes"], (json{{"count", 3}}));
  EXPECT_THAT(line["timestamp"].get<std::string>(),
              testing::MatchesRegex("....-..-..T..:..:...[0-9]{6}Z"));
  EXPECT_THAT(captured.text, testing::StartsWith(R"({"timestamp": ")"));
}

TEST(Log, EveryLineOfAnEnrichmentHasTheBoundFields) {
  Captured captured;
  const auto log =
      Log(captured.options()).with({{"work_id", "work_1"}}).with({{"entity_id", "file--1"}});
  log.info("asked");
  log.info("answered", {{"zone", "Red"}});

  for (const auto& line : captured.lines()) {
    EXPECT_EQ(line["attributes"]["work_id"], "work_1");
    EXPECT_EQ(line["attributes"]["entity_id"], "file--1");
  }
}

TEST(Log, HidesSecretsInMessagesKeysAndNestedValues) {
  Captured captured;
  const Log log(captured.options());
  log.hide("s3cret-token");
  log.with({{"bound", "s3cret-token"}})
      .error("refused s3cret-token",
             {{"deep", json{{"s3cret-token", json::array({"x s3cret-token y"})}}}});

  EXPECT_THAT(captured.text, Not(HasSubstr("s3cret")));
  EXPECT_THAT(captured.text, HasSubstr("x *** y"));
}

TEST(Log, HidesSecretsInTextsThatOthersShow) {
  Captured captured;
  const Log log(captured.options());
  log.hide("s3cret-token");
  EXPECT_EQ(log.redacted("refused s3cret-token"), "refused ***");
  EXPECT_EQ(captured.text, "");
}

TEST(Log, HidesTheLongerOfTwoSecretsWhole) {
  Captured captured;
  const Log log(captured.options());
  log.hide("abcdefgh");
  log.hide("abcdefgh-ijkl");
  log.info("abcdefgh-ijkl");
  EXPECT_EQ(captured.lines()[0]["message"], "***");
}

TEST(Log, DoesNotHideShortSecretsWhichCanBeOrdinaryWords) {
  Captured captured;
  const Log log(captured.options());
  log.hide("wrong");
  log.hide("seven77");
  log.info("the token is wrong: seven77");
  EXPECT_EQ(captured.lines()[0]["message"], "the token is wrong: seven77");
}

TEST(Log, AHostileValueCannotForgeALine) {
  for (const bool as_json : {true, false}) {
    Captured captured;
    Log(captured.options(as_json))
        .info("name\n{\"level\":\"ERROR\"}", {{"v", "a\r\nERROR:x:y \xff"}});
    EXPECT_EQ(std::count(captured.text.begin(), captured.text.end(), '\n'), 1);
    EXPECT_EQ(captured.text.back(), '\n');
  }
}

TEST(Log, CutsVeryLongValues) {
  Captured captured;
  Log(captured.options()).info(std::string(1'000'000, 'x'));
  EXPECT_LT(captured.text.size(), 5000U);
}

TEST(Log, LinesBelowTheLevelAreNotWritten) {
  Captured captured;
  auto options = captured.options();
  options.level = Level::warning;
  const Log log(options);
  log.info("no");
  EXPECT_EQ(captured.text, "");
  EXPECT_FALSE(log.enabled(Level::info));
  EXPECT_TRUE(log.enabled(Level::error));
}

TEST(Log, LinesOfSeveralThreadsDoNotMix) {
  Captured captured;
  const Log log(captured.options());
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&log, t] {
        for (int i = 0; i < 100; ++i) log.with({{"thread", t}}).info("line");
      });
    }
  }
  EXPECT_EQ(captured.lines().size(), 400U);
}

TEST(ParseLevel, AcceptsTheNamesOfThePythonConnectorInAnyCase) {
  EXPECT_EQ(parse_level("WARN"), Level::warning);
  EXPECT_EQ(parse_level("Warning"), Level::warning);
  EXPECT_EQ(parse_level("debug"), Level::debug);
  EXPECT_EQ(parse_level("loud"), std::nullopt);
}

TEST(Log, ReportsWarningsAndErrorsAtAnyLevelWithoutSecrets) {
  Captured captured;
  auto options = captured.options();
  options.level = Level::error;
  std::vector<Entry> told;
  options.on_trouble = [&](const Entry& entry) { told.push_back(entry); };
  const Log log(options);
  log.hide("s3cret-token");
  log.debug("a");
  log.info("b");
  log.with({{"work", 1}}).warning("c s3cret-token", {{"reason", "wrong s3cret-token"}});
  log.error("d");
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].level, Level::warning);
  EXPECT_EQ(told[0].message, "c ***");
  EXPECT_EQ(told[0].attributes.at("reason"), "wrong ***");
  EXPECT_EQ(told[0].attributes.at("work"), 1);
  EXPECT_EQ(told[1].message, "d");
  EXPECT_EQ(captured.lines().size(), 1U) << "only the message at or above the level is written";
}

TEST(Log, PlainTextHoldsNothingThatATerminalObeysOrDoesNotShow) {
  Captured captured;
  Log(captured.options(false))
      .error(
          "a\xC2\x9B"
          "b\xE2\x80\xAE"
          "c",
          {{"k\xE2\x80\xA8", "\x7f"}});
  EXPECT_THAT(captured.text, HasSubstr("a\\u009bb\\u202ec k\\u2028=\\u007f"));
}

}  // namespace
}  // namespace telemetry
