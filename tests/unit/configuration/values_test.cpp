#include "configuration/values.hpp"

#include <gmock/gmock.h>

namespace configuration {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(Boolean, IsReadInAnyLetterCase) {
  for (const auto* text : {"true", "TRUE", "True", "yes", "On", "1", " true "}) {
    EXPECT_EQ(parse_boolean(text), true) << text;
  }
  for (const auto* text : {"false", "FALSE", "no", "OFF", "0"}) {
    EXPECT_EQ(parse_boolean(text), false) << text;
  }
  for (const auto* text : {"", "2", "tru", "y"}) {
    EXPECT_EQ(parse_boolean(text), std::nullopt) << text;
  }
}

TEST(Integer, StaysWithinItsBounds) {
  EXPECT_EQ(parse_integer(" 64 ", 1, 64), 64);
  for (const auto* text : {"0", "65", "-1", "99999999999999999999", "8.5", "8 9", "0x8", ""}) {
    EXPECT_EQ(parse_integer(text, 1, 64), std::nullopt) << text;
  }
}

TEST(Url, LosesTheSlashesAtItsEnd) {
  EXPECT_EQ(parse_url("http://opencti:8080/"), "http://opencti:8080");
  EXPECT_EQ(parse_url(" HTTPS://proxy.example/tip// "), "https://proxy.example/tip");
  EXPECT_EQ(parse_url("http://[2001:db8::1]:8080"), "http://[2001:db8::1]:8080");
}

TEST(Url, IsRejectedUnlessItIsHttpWithAHost) {
  for (const auto* text :
       {"opencti:8080", "ftp://host", "http://", "http:///x", "http://h:0", "http://h:99999",
        "http://h:80x", "http://a b", "http://h/?q", "http://h/#f", "http://[::1", "http://[x]",
        "http://h\r\nX: y", "ChangeMe", "http://::"}) {
    EXPECT_FALSE(parse_url(text)) << text;
  }
}

TEST(Url, IsRejectedWithCredentialsInIt) {
  EXPECT_EQ(parse_url("https://user:hunter2@host/").error(),
            "must be a URL without user name and password");
}

TEST(Headers, AreSplitAsPyctiDoes) {
  const auto parsed = parse_headers("X-A:1; x-b : y:z ;bad;;");
  ASSERT_TRUE(parsed);
  EXPECT_THAT(parsed->headers, ElementsAre(Pair("X-A", "1"), Pair("x-b", "y:z")));
  EXPECT_EQ(parsed->skipped, 1);
}

TEST(Headers, CountOnceByName) {
  EXPECT_THAT(parse_headers("X-A:1;x-a:2")->headers, ElementsAre(Pair("x-a", "2")));
}

TEST(Headers, MayNotBreakTheRequest) {
  EXPECT_FALSE(parse_headers("X-A:1\r\nX-B: 2"));
  EXPECT_FALSE(parse_headers("X A:1"));
  EXPECT_FALSE(parse_headers(":1"));
}

}  // namespace
}  // namespace configuration
