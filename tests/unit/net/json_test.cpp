#include "net/json.hpp"

#include <gmock/gmock.h>

namespace net {
namespace {

std::string nested(int levels) {
  return std::string(static_cast<std::size_t>(levels), '[') +
         std::string(static_cast<std::size_t>(levels), ']');
}

TEST(ParseJson, ReadsADocument) {
  const auto parsed = parse_json(R"({"a": [1, 2.5, "ü", null, true]})");
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ((*parsed)["a"][2], "ü");
}

TEST(ParseJson, AcceptsTheDepthLimitAndRefusesOneMore) {
  EXPECT_TRUE(parse_json(nested(64)));
  const auto deeper = parse_json(nested(65));
  ASSERT_FALSE(deeper);
  EXPECT_EQ(deeper.error().kind, ErrorKind::too_large);
}

TEST(ParseJson, DepthCountsWhatIsOpenNotWhatWas) {
  EXPECT_TRUE(parse_json("[[1],[2],[3],[4]]", {.depth = 2}));
}

TEST(ParseJson, SurvivesMillionsOfOpenBrackets) {
  EXPECT_FALSE(parse_json(std::string(5'000'000, '[')));
}

TEST(ParseJson, RefusesTooManyBytesWithoutReadingThem) {
  const auto parsed = parse_json("[1,2,3]", {.size = 3});
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().kind, ErrorKind::too_large);
}

class BadJson : public testing::TestWithParam<const char*> {};

TEST_P(BadJson, IsAnErrorThatQuotesNothing) {
  const auto parsed = parse_json(GetParam());
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().kind, ErrorKind::protocol);
  EXPECT_THAT(parsed.error().message, testing::Not(testing::HasSubstr("secret")));
}

INSTANTIATE_TEST_SUITE_P(ParseJson, BadJson,
                         testing::Values("", "{\"secret\":", "secret", "[1,]", "{\"a\":\"\xff\"}",
                                         "[1e999]", "{} trailing", "\"\\ud800\""));

TEST(Member, IsNullWhateverIsMissing) {
  const nlohmann::json document{{"a", {{"b", "text"}}}, {"list", {"x", 1, "y"}}};
  EXPECT_EQ(text_at(member(document, "a"), "b"), "text");
  EXPECT_TRUE(member(document, "z").is_null());
  EXPECT_TRUE(member(member(document, "list"), "b").is_null());
  EXPECT_EQ(text_at(document, "a"), "");
  EXPECT_THAT(texts(member(document, "list")), testing::ElementsAre("x", "y"));
  EXPECT_THAT(texts(document), testing::IsEmpty());
}

TEST(DumpJson, NeverThrows) { EXPECT_EQ(dump_json("\xff"), "\"\uFFFD\""); }

}  // namespace
}  // namespace net
