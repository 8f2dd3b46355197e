#include "stix/punycode.hpp"

#include <gtest/gtest.h>

#include "stix/symbol_label.hpp"

namespace stix {
namespace {

TEST(Punycode, WritesTheSamplesOfItsStandard) {
  EXPECT_EQ(punycode(U"\u4ED6\u4EEC\u4E3A\u4EC0\u4E48\u4E0D\u8BF4\u4E2D\u6587"),
            "ihqwcrb4cv8a8dqg056pqjye");
  EXPECT_EQ(punycode(U"\u305D\u306E\u30B9\u30D4\u30FC\u30C9\u3067"), "d9juau41awczczp");
  EXPECT_EQ(punycode(U"3\u5E74B\u7D44\u91D1\u516B\u5148\u751F"), "3B-ww4c5e180e575a65lsy2b");
  EXPECT_EQ(punycode(U"b\u00FCcher"), "bcher-kva");
}

TEST(SymbolLabel, IsWhatBrowsersMakeOfIt) {
  EXPECT_EQ(symbol_label("\u2764"), "xn--qei");
  EXPECT_EQ(symbol_label("i\u2764\uFE0F"), "xn--i-7iq");
  EXPECT_EQ(symbol_label("\U0001F4A9"), "xn--ls8h");
  EXPECT_EQ(symbol_label("\u2603"), "xn--n3h");
}

TEST(SymbolLabel, IsNoneForAnythingElse) {
  for (const auto* label :
       {"", "example", "b\u00FCcher", "\u202E\u2764", "\u200B\u2764", "\u2764\u200D\u2764",
        "\uE000\u2764", "\uFB01\u2764", "\u2764\xFF", "\u2764\xE2\x9D"}) {
    EXPECT_EQ(symbol_label(label), std::nullopt) << label;
  }
  EXPECT_EQ(symbol_label(std::string_view("\u2764\0", 4)), std::nullopt);
}

}  // namespace
}  // namespace stix
