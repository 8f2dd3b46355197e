#include "configuration/config_file.hpp"

#include <gmock/gmock.h>

namespace configuration {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

std::vector<std::string> problems_of(const std::string& yaml) {
  auto parsed = parse_config_file(yaml);
  return parsed ? std::vector<std::string>{} : std::move(parsed.error());
}

TEST(ConfigFile, GivesEachKeyByItsPath) {
  const auto parsed = parse_config_file(
      "opencti:\n"
      "  url: 'http://opencti:8080'\n"
      "connector:\n"
      "  auto: true\n"
      "  scope: [StixFile, Url]\n");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->at("opencti.url").text, "http://opencti:8080");
  EXPECT_EQ(parsed->at("opencti.url").line, 2);
  EXPECT_EQ(parsed->at("connector.auto").text, "true");
  EXPECT_EQ(parsed->at("connector.scope").text, "StixFile,Url");
  EXPECT_TRUE(parsed->at("connector.scope").list);
}

TEST(ConfigFile, MayHoldNothing) {
  for (const auto* yaml : {"", "# comment\n", "~\n", "opencti:\nconnector: {}\n"}) {
    EXPECT_THAT(problems_of(yaml), ElementsAre()) << yaml;
  }
}

TEST(ConfigFile, MayHoldTextOfSeveralLines) {
  const auto parsed = parse_config_file("mq:\n  use_ssl_ca: |\n    one\n    two\n  host: x\n");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->at("mq.use_ssl_ca").text, "one\ntwo\n");
  EXPECT_EQ(parsed->at("mq.host").text, "x");
}

TEST(ConfigFile, TextInQuotesIsText) {
  EXPECT_EQ(parse_config_file("mq:\n  pass: 'null'\n")->at("mq.pass").text, "null");
  EXPECT_EQ(parse_config_file("mq:\n  pass: ~\n")->at("mq.pass").text, "");
}

TEST(ConfigFile, KeysGivenTwiceAreRejected) {
  EXPECT_THAT(problems_of("mq:\n  host: a\n  host: b\n"),
              ElementsAre("config.yml, line 3: this key appears twice"));
  EXPECT_THAT(problems_of("mq:\n  host: a\nmq:\n  port: 1\n"),
              ElementsAre("config.yml, line 3: this key appears twice"));
}

TEST(ConfigFile, AnchorsAliasesAndTagsAreRejected) {
  EXPECT_THAT(problems_of("a:\n  b: &x 1\n  c: *x\n"),
              ElementsAre(HasSubstr("line 2: anchors"), HasSubstr("line 3: aliases")));
  EXPECT_THAT(problems_of("a:\n  pass: !secret\n"), ElementsAre(HasSubstr("line 2: tags")));
  EXPECT_THAT(problems_of("a: &x\n  b: 1\nc:\n  <<: *x\n"), SizeIs(2));
}

TEST(ConfigFile, ValuesDeeperThanKeysAreRejectedAndTheRestStillRead) {
  EXPECT_THAT(problems_of("a:\n  b: {c: {d: 1}}\n  e: [[1], {f: 2}, 3]\n  g: &x 4\n"),
              ElementsAre("config.yml, line 2: a value must be a text or a list of texts",
                          "config.yml, line 3: a value must be a text or a list of texts",
                          "config.yml, line 3: a value must be a text or a list of texts",
                          HasSubstr("line 4: anchors")));
}

TEST(ConfigFile, OtherShapesAreRejected) {
  EXPECT_THAT(problems_of("just text"), ElementsAre(HasSubstr("must hold sections")));
  EXPECT_THAT(problems_of("- a\n"), ElementsAre(HasSubstr("must hold sections")));
  EXPECT_THAT(problems_of("opencti: text\n"), ElementsAre(HasSubstr("must hold keys")));
  EXPECT_THAT(problems_of("opencti: [a]\n"), ElementsAre(HasSubstr("must hold keys")));
  EXPECT_THAT(problems_of("? {a: b}\n: c\n"),
              ElementsAre(HasSubstr("a key must be"), HasSubstr("")));
  EXPECT_THAT(problems_of("a:\n  ? [x]\n  : c\n"), ElementsAre(HasSubstr("a key must be")));
  EXPECT_THAT(problems_of("a:\n  b: 1\n---\nc:\n  d: 1\n"), ElementsAre(HasSubstr("one document")));
}

TEST(ConfigFile, ASyntaxErrorIsOneProblemWithItsLine) {
  EXPECT_THAT(problems_of("opencti:\n  url: 'http://x\n"),
              ElementsAre(HasSubstr("not valid YAML")));
  EXPECT_THAT(problems_of("opencti:\n  token: @abc\n"),
              ElementsAre(HasSubstr("line 2: not valid YAML")));
}

TEST(ConfigFile, ATextOfWhichTheParserMakesDocumentsWithoutEndIsRejected) {
  EXPECT_THAT(problems_of(",a: 1\n"), ElementsAre(HasSubstr("line 1: there must be one document")));
  EXPECT_THAT(problems_of("---\n,a: 1\n"),
              ElementsAre(HasSubstr("line 2: there must be one document")));
}

TEST(ConfigFile, IsBounded) {
  EXPECT_THAT(problems_of(std::string(1024 * 1024 + 1, '#')), ElementsAre(HasSubstr("1 MiB")));
  EXPECT_THAT(problems_of("a:\n  b: 1\x04\n"), ElementsAre(HasSubstr("not a text file")));
  EXPECT_THAT(problems_of(std::string(100'000, '[')), testing::Not(testing::IsEmpty()));
}

}  // namespace
}  // namespace configuration
