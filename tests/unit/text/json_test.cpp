#include "text/json.hpp"

#include <gmock/gmock.h>

namespace text {
namespace {

std::string nested(int levels) {
  return std::string(static_cast<std::size_t>(levels), '[') +
         std::string(static_cast<std::size_t>(levels), ']');
}

TEST(ParseJson, ReadsADocument) {
  const auto parsed = parse_json(R"({"a": [1, 2.5, "ü", null, true]})");
  ASSERT_TRUE(parsed) << parsed.error();
  EXPECT_EQ((*parsed)["a"][2], "ü");
}

TEST(ParseJson, AValueDeeperThanTheLimitIsNull) {
  EXPECT_EQ(parse_json("[[[]],{\"a\":[[1]],\"b\":2},3]", {.depth = 2}).value(),
            nlohmann::json::parse(R"([[null], {"a": null, "b": 2}, 3])"));
  EXPECT_EQ(parse_json(nested(64))->dump(), nested(64));
  EXPECT_EQ(parse_json(nested(100'000))->dump(),
            std::string(64, '[') + "null" + std::string(64, ']'));
}

TEST(ParseJson, DepthCountsOpenBracketsNotClosedOnes) {
  EXPECT_TRUE(parse_json("[[1],[2],[3],[4]]", {.depth = 2}));
}

TEST(ParseJson, SurvivesMillionsOfOpenBrackets) {
  EXPECT_FALSE(parse_json(std::string(5'000'000, '[')));
}

TEST(ParseJson, RejectsTooManyBytesWithoutReadingThem) {
  const auto parsed = parse_json("[1,2,3]", {.size = 3});
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error(), "JSON of 7 bytes, at most 3 are read");
}

TEST(ParseJson, TooManyValuesAreAnError) {
  EXPECT_TRUE(parse_json("[1,2,3]", {.values = 4}));
  const auto more = parse_json("[1,2,3,4]", {.values = 4});
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error(), "JSON of more than 4 values");
}

TEST(ParseJson, AValueThatCannotBeKeptCostsOnlyItself) {
  const auto parsed =
      parse_json(R"({"name": "bad\ud800name.exe", "size": 1e400, "low": -1e400, "tiny": 1e-400,
                     "nan": NaN, "big": 18446744073709551616, "kept": 7})");
  ASSERT_TRUE(parsed) << parsed.error();
  EXPECT_EQ((*parsed)["name"], "bad\uFFFDname.exe");
  EXPECT_TRUE((*parsed)["size"].is_null());
  EXPECT_TRUE((*parsed)["low"].is_null());
  EXPECT_TRUE((*parsed)["nan"].is_null());
  EXPECT_EQ((*parsed)["tiny"], 0.0);
  EXPECT_EQ((*parsed)["big"], 18446744073709551616.0);
  EXPECT_EQ((*parsed)["kept"], 7);
}

TEST(ParseJson, OfMembersWithOneNameTheLastCounts) {
  EXPECT_EQ(parse_json(R"({"a":{"b":1},"a":[2]})").value(), nlohmann::json::parse(R"({"a":[2]})"));
}

TEST(ParseJson, KeepsWholeNumbersWhole) {
  const auto parsed = parse_json("[9223372036854775807,18446744073709551615,-9223372036854775808]");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->dump(), "[9223372036854775807,18446744073709551615,-9223372036854775808]");
}

class BadJson : public testing::TestWithParam<const char*> {};

TEST_P(BadJson, IsAnErrorThatQuotesNothing) {
  const auto parsed = parse_json(GetParam());
  ASSERT_FALSE(parsed);
  EXPECT_THAT(parsed.error(), testing::StartsWith("not JSON, at byte "));
  EXPECT_THAT(parsed.error(), testing::Not(testing::HasSubstr("secret")));
}

INSTANTIATE_TEST_SUITE_P(ParseJson, BadJson,
                         testing::Values("", "{\"secret\":", "secret", "[1,]", "{} trailing"));

TEST(Member, IsNullWhateverIsMissing) {
  const nlohmann::json document{{"a", {{"b", "text"}}}, {"list", {"x", 1, "y"}}};
  EXPECT_EQ(text_at(member(document, "a"), "b"), "text");
  EXPECT_TRUE(member(document, "z").is_null());
  EXPECT_TRUE(member(member(document, "list"), "b").is_null());
  EXPECT_EQ(text_at(document, "a"), "");
  EXPECT_THAT(texts(member(document, "list")), testing::ElementsAre("x", "y"));
  EXPECT_THAT(texts(document), testing::IsEmpty());
}

TEST(Member, OfAnotherTypeIsNeitherANumberNorTrue) {
  const nlohmann::json document{
      {"a", 7}, {"b", true}, {"c", "7"}, {"d", 1e300}, {"e", 1ULL << 63U}};
  EXPECT_EQ(integer_at(document, "a"), 7);
  EXPECT_TRUE(boolean_at(document, "b"));
  for (const auto* key : {"b", "c", "d", "e", "f"})
    EXPECT_EQ(integer_at(document, key), std::nullopt);
  for (const auto* key : {"a", "c", "f"}) EXPECT_FALSE(boolean_at(document, key)) << key;
}

TEST(DumpJson, NeverThrows) { EXPECT_EQ(dump_json("\xff"), "\"\uFFFD\""); }

}  // namespace
}  // namespace text
