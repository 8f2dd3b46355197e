#include "stix/normalization.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stix {
namespace {

TEST(Normalized, IsTrimmedAndInLowerCase) {
  EXPECT_EQ(normalized("  Kaspersky Enrichment\r\n"), "kaspersky enrichment");
  EXPECT_EQ(normalized(" \t\n"), "");
  EXPECT_EQ(normalized(""), "");
}

TEST(Normalized, KnowsLettersBeyondAscii) {
  EXPECT_EQ(normalized("Industrie Électrique"), "industrie électrique");
  EXPECT_EQ(normalized("ÅLAND"), "åland");
  EXPECT_EQ(normalized("РОССИЯ"), "россия");
  EXPECT_EQ(normalized("ΕΛΛΆΔΑ"), "ελλάδα");
  EXPECT_EQ(normalized("中国"), "中国");
  EXPECT_EQ(normalized("\U00010400 😀"), "\U00010428 😀");
}

TEST(Normalized, LeavesBytesThatAreNotUtf8) {
  EXPECT_EQ(normalized("A\xff"
                       "B\xc3"),
            "a\xff"
            "b\xc3");
  EXPECT_EQ(normalized(std::string_view("A\0B", 3)), std::string("a\0b", 3));
}

TEST(Trimmed, KnowsTheBlanksOfUnicode) {
  EXPECT_EQ(trimmed("\u00a0\u3000 Two words \u2028\u2003"), "Two words");
}

TEST(Trimmed, TakesOffTheBlanksOfJavaScriptAndNothingElse) {
  for (const std::string blank :
       {"\t",     "\n",     "\v",     "\f",     "\r",     " ",      "\u00a0", "\u1680", "\u2000",
        "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009",
        "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000", "\ufeff"}) {
    EXPECT_EQ(trimmed(blank + "x" + blank), "x");
    EXPECT_EQ(trimmed(blank), "");
  }
  for (const std::string letter :
       {"\u0085", "\u180e", "\u200b", "\u200d", "\u2060", "\x1c", "\x7f"}) {
    EXPECT_EQ(trimmed(letter + "x" + letter), letter + "x" + letter);
  }
}

TEST(Trimmed, KeepsALetterThatEndsLikeABlank) {
  EXPECT_EQ(trimmed("à"), "à");  // its last byte is that of U+00A0
}

}  // namespace
}  // namespace stix
