#include "stix/uts46.hpp"

#include <gmock/gmock.h>

namespace stix {
namespace {

using namespace std::string_literals;
using ::testing::Optional;

TEST(Uts46Mapped, IsInLowerCaseAndComposed) {
  EXPECT_THAT(uts46_mapped("I\u2764"), Optional("i\u2764"s));
  EXPECT_THAT(uts46_mapped("\u00DC"), Optional("\u00FC"s));
  EXPECT_THAT(uts46_mapped("u\u0308"), Optional("\u00FC"s));
  EXPECT_THAT(uts46_mapped("\uFF21\u2122"), Optional("atm"s));
  EXPECT_THAT(uts46_mapped("\u00BD"), Optional("1\u20442"s));
}

TEST(Uts46Mapped, KeepsWhatOnlyTransitionalProcessingMaps) {
  EXPECT_THAT(uts46_mapped("\u00DF\u03C2"), Optional("\u00DF\u03C2"s));
  EXPECT_THAT(uts46_mapped("\u1E9E"), Optional("\u00DF"s));
}

TEST(Uts46Mapped, HasNoIgnoredCharacters) {
  EXPECT_THAT(uts46_mapped("\u2764\uFE0F\u00AD\u200B\u2060\uFEFF"), Optional("\u2764"s));
  EXPECT_THAT(uts46_mapped("\uFE0F"), Optional(""s));
  EXPECT_THAT(uts46_mapped("\u034F\u2063\u3164\U0001D173\U000E0100\U000E01EF"), Optional(""s));
  // Marks of direction, joiners, tags, and characters that are unassigned.
  for (const auto* kept : {"\u061C", "\u200C", "\u200D", "\u200E", "\u202E", "\u2066", "\u2065",
                           "\U000E0001", "\U000E0041", "\U000E01F0"}) {
    EXPECT_THAT(uts46_mapped(kept), Optional(std::string(kept)));
  }
}

TEST(Uts46Mapped, HasOneKindOfFullStop) {
  EXPECT_THAT(uts46_mapped("a\u3002b\uFF0Ec\uFF61d"), Optional("a.b.c.d"s));
}

TEST(Uts46Mapped, IsNothingForBytesThatAreNotUtf8) {
  EXPECT_EQ(uts46_mapped("\u2764\xFF"), std::nullopt);
  EXPECT_EQ(uts46_mapped("\u2764\xE2\x9D"), std::nullopt);
  EXPECT_EQ(uts46_mapped("\xED\xA0\x80"), std::nullopt);
}

TEST(Uts46Label, IsTheFormThatBrowsersUse) {
  EXPECT_EQ(uts46_label("\u2764"), "xn--qei");
  EXPECT_EQ(uts46_label("i\u2764"), "xn--i-7iq");
  EXPECT_EQ(uts46_label("\U0001F4A9"), "xn--ls8h");
  EXPECT_EQ(uts46_label("\u2603"), "xn--n3h");
  EXPECT_EQ(uts46_label("1\u20442"), "xn--12-c6t");
  EXPECT_EQ(uts46_label("b\u00FCcher"), "xn--bcher-kva");
}

TEST(Uts46Label, IsUnchangedInAscii) {
  for (const auto* label :
       {"", "example", "-a-", "a_b", "r3---sn", "a/b", "xn--bcher-kva", "xn--qei", "xn--4db"}) {
    EXPECT_EQ(uts46_label(label), label);
  }
}

TEST(Uts46Label, HasHyphensInAnyPlace) {
  EXPECT_EQ(uts46_label("-\u2764"), "xn----7iq");
  EXPECT_EQ(uts46_label("\u2764-"), "xn----6iq");
  EXPECT_EQ(uts46_label("a\u2764--b"), "xn--a--b-lw4b");
  EXPECT_EQ(uts46_label("ab--\u00FC"), "xn--ab---3ra");
}

TEST(Uts46Label, IsNothingForOneThatBrowsersReject) {
  for (const auto* label :
       {"\u202E\u2764", "\u200B\u2764", "\u2764\u200D\u2764", "\uE000\u2764", "\u2764 ",
        "\u2764\u00A0", "\u0301\u2764", "\u2764/", "\u2764\uFFFD", "\u2764\U000E0041",
        "\u2764\u3164", "\u2764\U000E01F0", "\u2764\u31EF", "xn--\u2764"}) {
    EXPECT_EQ(uts46_label(label), std::nullopt) << label;
  }
  EXPECT_EQ(uts46_label(std::string_view("\u2764\0", 4)), std::nullopt);
}

TEST(Uts46Label, IsNothingForPunycodeThatBrowsersReject) {
  // What is not punycode; without a character beyond ASCII; of `Ü`, of U+202E, of ZWJ after `a`.
  for (const auto* label : {"xn--", "xn--zzzz", "xn--99999999999", "xn--a-", "xn--abc-", "xn--tda0",
                            "xn--wca", "xn--zvg", "xn--a-ugn"}) {
    EXPECT_EQ(uts46_label(label), std::nullopt) << label;
  }
}

TEST(Uts46Label, HasJoinersWhereLettersNeedThem) {
  EXPECT_EQ(uts46_label("\u0915\u094D\u200D\u0937"), "xn--11b2ezcw70k");
  EXPECT_TRUE(uts46_label("\u0915\u094D\u200C\u2764"));
  EXPECT_TRUE(uts46_label("\u0628\u200C\u0628"));
  EXPECT_TRUE(uts46_label("\u0628\u064E\u200C\u064E\u0628"));
  for (const auto* label : {"\u200D\u0915", "\u0628\u200D\u0628", "\u0627\u200C\u0628",
                            "\u0628\u200C", "\u0628\u200C\u064E", "\U0001F469\u200D\U0001F4BB"}) {
    EXPECT_EQ(uts46_label(label), std::nullopt) << label;
  }
}

TEST(Uts46Label, HasTextFromRightToLeftInOneDirection) {
  EXPECT_TRUE(uts46_label("\u05D0\u2764\u05D0"));
  EXPECT_TRUE(uts46_label("\u05D0-1"));
  EXPECT_TRUE(uts46_label("\u0628\u2764\u0661"));
  EXPECT_TRUE(uts46_label("\u05BE\u05B0"));
  for (const auto* label : {"\u05D0a", "a\u05D0", "1\u05D0", "\u2764\u05D0", "\u05D0\u2764",
                            "\u05D0-", "\u0661\u0628", "\u06281\u0661\u0628", "a\u0661"}) {
    EXPECT_EQ(uts46_label(label), std::nullopt) << label;
  }
}

}  // namespace
}  // namespace stix
