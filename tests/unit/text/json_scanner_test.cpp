#include "text/json_scanner.hpp"

#include <gmock/gmock.h>

namespace text {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// The bytes of each token, and `!` at the end if the text is not JSON.
std::vector<std::string> tokens_of(std::string_view text) {
  std::vector<std::string> out;
  JsonScanner scanner(text);
  while (true) {
    const auto token = scanner.next();
    if (token == JsonToken::end) return out;
    if (token == JsonToken::error) {
      out.emplace_back("!");
      return out;
    }
    out.emplace_back(scanner.raw());
  }
}

bool is_json(std::string_view text) {
  const auto tokens = tokens_of(text);
  return tokens.empty() || tokens.back() != "!";
}

std::string text_of(std::string_view string) {
  JsonScanner scanner(string);
  EXPECT_EQ(scanner.next(), JsonToken::string) << string;
  return scanner.text();
}

TEST(JsonScanner, ReadsTokenByTokenWhereTheTextLies) {
  EXPECT_THAT(
      tokens_of(R"( {"a" : [1, -2.5e+3 ,true,null] , "b":{}} )"),
      ElementsAre("{", "\"a\"", "[", "1", "-2.5e+3", "true", "null", "]", "\"b\"", "{", "}", "}"));
}

TEST(JsonScanner, ReadsTheOutputOfPythonAndAByteOrderMark) {
  EXPECT_THAT(tokens_of("\xEF\xBB\xBF[NaN,Infinity,-Infinity]"),
              ElementsAre("[", "NaN", "Infinity", "-Infinity", "]"));
}

TEST(JsonScanner, RejectsTextThatIsNotJson) {
  for (const auto* text :
       {"",     " ",       "{",        "[",           "]",        "}",     "[1,]",
        "[,1]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}",  "{a:1}",    "[1 2]", "01",
        "1.",   ".5",      "+1",       "-",           "1e",       "tru",   "nul",
        "'a'",  "\"a",     "\"\\x\"",  "\"\\u12g4\"", "\"a\nb\"", "{} {}", "[}",
        "{]",   "1,2",     "\\",       "\"\\",        "nan",      "-NaN",  "[1}"}) {
    EXPECT_FALSE(is_json(text)) << text;
  }
}

TEST(JsonScanner, AnErrorStays) {
  JsonScanner scanner("[1,]");
  while (scanner.next() != JsonToken::error) {
  }
  EXPECT_EQ(scanner.next(), JsonToken::error);
}

TEST(JsonScanner, ReadsEscapesAndPairsOfSurrogates) {
  EXPECT_EQ(text_of(R"("a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00")"), "a\"\\/\b\f\n\r\té😀");
}

TEST(JsonScanner, ASurrogateWithoutItsOtherHalfBecomesTheReplacementCharacter) {
  EXPECT_EQ(text_of(R"("bad\ud800name.exe")"), "bad\uFFFDname.exe");
  EXPECT_EQ(text_of(R"("\udc00\ud800\ud800\udc00\ud800")"), "\uFFFD\uFFFD\U00010000\uFFFD");
}

TEST(JsonScanner, BytesThatAreNotUtf8BecomeReplacementCharacters) {
  EXPECT_EQ(text_of("\"a\xff"
                    "b\xc3(\xed\xa0\x80\xf5\xc0\xaf\xe2\x82\""),
            "a\uFFFDb\uFFFD(\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(valid_utf8("a\xff\U0001F600"), "a\uFFFD\U0001F600");
}

TEST(JsonScanner, ComparesWithoutUnescapingWhereItNeedNot) {
  JsonScanner scanner(R"(["plain","\u0070lain"])");
  scanner.next();
  scanner.next();
  EXPECT_TRUE(scanner.is("plain"));
  scanner.next();
  EXPECT_TRUE(scanner.is("plain"));
  EXPECT_FALSE(scanner.is("plane"));
}

TEST(JsonScanner, SkipsAValueHoweverDeepItIs) {
  const std::string deep = std::string(1'000'000, '[') + std::string(1'000'000, ']');
  const auto text = "{\"a\":" + deep + ",\"b\":7}";
  JsonScanner scanner(text);
  scanner.next();
  scanner.next();
  EXPECT_EQ(scanner.skip(), deep);
  EXPECT_EQ(scanner.next(), JsonToken::key);
  EXPECT_EQ(scanner.skip(), "7");
  EXPECT_EQ(scanner.next(), JsonToken::object_end);
}

TEST(JsonScanner, SkipsNothingOfTextThatIsNotJson) {
  JsonScanner scanner("{\"a\":[1,2");
  scanner.next();
  scanner.next();
  EXPECT_THAT(scanner.skip(), IsEmpty());
  EXPECT_EQ(scanner.next(), JsonToken::error);
}

}  // namespace
}  // namespace text
