#include "stix/domain_name.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace stix {
namespace {

using testing::Optional;
using namespace std::string_literals;
using namespace std::string_view_literals;

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

TEST(CanonicalDomain, IsOneSpellingForEachName) {
  const std::vector<std::pair<std::string_view, std::string>> spellings{
      {"example.com", "example.com"},
      {"EXAMPLE.Com", "example.com"},
      {" \t\r\n\v\fexample.com. \n", "example.com"},
      {"a_b.example", "a_b.example"},
      {"_dmarc.example.com", "_dmarc.example.com"},
      {"r3---sn-abc.example.com", "r3---sn-abc.example.com"},
      {"a-.example", "a-.example"},
      {"1.2.3.4.example", "1.2.3.4.example"},
      {"3com", "3com"},
      {"0xg", "0xg"},
      {"localhost", "localhost"},
      {"bücher.example", "xn--bcher-kva.example"},
      {"BÜCHER.EXAMPLE.", "xn--bcher-kva.example"},
      {"bu\u0308cher.example", "xn--bcher-kva.example"},
      {"A_B.bücher.example", "a_b.xn--bcher-kva.example"},
      {"xn--bcher-kva.bücher.example", "xn--bcher-kva.xn--bcher-kva.example"},
      {"faß.de", "xn--fa-hia.de"},
      {"❤.example", "xn--qei.example"},
      {"I❤\ufe0f.Bücher.EXAMPLE.", "xn--i-7iq.xn--bcher-kva.example"},
      {"Пример.РФ", "xn--e1afmkfd.xn--p1ai"},
      {"例え。テスト。", "xn--r8jz45g.xn--zckzah"},
      {"ｅｘａｍｐｌｅ．ｃｏｍ", "example.com"},
      {"exam\u00adple.com", "example.com"},
      {"XN--BCHER-KVA.example", "xn--bcher-kva.example"},
      {"xn--no-punycode-at-all.example", "xn--no-punycode-at-all.example"},
  };
  for (const auto& [written, expected] : spellings) {
    EXPECT_THAT(canonical_domain(written), Optional(expected)) << written;
    EXPECT_THAT(canonical_domain(expected), Optional(expected)) << written;
  }
}

TEST(CanonicalDomain, IsEmptyForInvalidNames) {
  for (const auto text : {""sv,
                          " "sv,
                          "."sv,
                          ".."sv,
                          ".example"sv,
                          "a..example"sv,
                          "example.."sv,
                          "*"sv,
                          "*.example.com"sv,
                          "a b.example"sv,
                          "a\tb.example"sv,
                          "example.com\n.evil.example"sv,
                          "example.com\0"sv,
                          "exa\0mple.com"sv,
                          "\x7f.example"sv,
                          "ex%61mple.com"sv,
                          "http://example.com"sv,
                          "//example.com"sv,
                          "example.com/"sv,
                          "example.com:80"sv,
                          "user@example.com"sv,
                          "example[.]com"sv,
                          "a,b.example"sv,
                          "a\\b.example"sv,
                          "a'b.example"sv,
                          "<script>.example"sv}) {
    EXPECT_EQ(canonical_domain(text), std::nullopt) << text;
  }
}

TEST(CanonicalDomain, IsNothingForAnIpAddress) {
  for (const auto text :
       {"192.0.2.1"sv, "192.0.2.1."sv, "127.1"sv, "2130706433"sv, "q9.123"sv, "127.0.0.0x1"sv,
        "0x7f000001"sv, "127.0X"sv, "0177.0.0.01"sv, "::1"sv, "[::1]"sv, "2001:db8::1"sv}) {
    EXPECT_EQ(canonical_domain(text), std::nullopt) << text;
  }
}

TEST(CanonicalDomain, LetsNoLetterBeyondAsciiBecomeADelimiter) {
  for (const auto text :
       {"bücher.example\0.evil.example"sv, "example.com／path"sv, "user＠example.com"sv,
        "example.com：80"sv, "１２７.０.０.１"sv, "ü.１２３"sv, "＊.bücher.example"sv,
        "\u00a0example.com"sv, "a\u3000b.example"sv, "bü%cher.example"sv, "bü cher.example"sv,
        "bücher..example"sv, "\u00ad.example"sv, "。bücher.example"sv, "b℀cher.example"sv}) {
    EXPECT_EQ(canonical_domain(text), std::nullopt) << text;
  }
}

TEST(CanonicalDomain, IsTheOneThatBrowsersUseForSymbolsAndNewLetters) {
  EXPECT_THAT(canonical_domain("💩.la"), Optional("xn--ls8h.la"s));
  EXPECT_THAT(canonical_domain("❤。example"), Optional("xn--qei.example"s));
  EXPECT_THAT(canonical_domain("B½.example"), Optional("xn--b12-pt0a.example"s));
  EXPECT_THAT(canonical_domain("𰀀.example"), Optional("xn--zn4n.example"s));
  EXPECT_THAT(canonical_domain("א❤א.example"), Optional("xn--4dba109w.example"s));
  EXPECT_THAT(canonical_domain("؟.example"), Optional("xn--egb.example"s));
  EXPECT_THAT(canonical_domain("❤\U000e0100.example"), Optional("xn--qei.example"s));
  EXPECT_THAT(canonical_domain("-ü.❤-.ab--½.example"),
              Optional("xn----eha.xn----6iq.xn--ab--12-tq0c.example"s));
  EXPECT_THAT(canonical_domain("xn--qei.bücher.example"),
              Optional("xn--qei.xn--bcher-kva.example"s));
  EXPECT_THAT(canonical_domain("r3---sn.bücher.example"),
              Optional("r3---sn.xn--bcher-kva.example"s));
  EXPECT_THAT(canonical_domain("STRAẞE.example"), Optional("xn--strae-oqa.example"s));
}

TEST(CanonicalDomain, IsNothingForNamesThatBrowsersDoNotAccept) {
  for (const auto text :
       {"xn--zzzz.❤.example"sv, "❤..example"sv, "❤ .example"sv, "xn--ü.example"sv,
        "a\u200cb.example"sv, "a\u05d0.example"sv, "\u0301a.example"sv, "❤⒈.example"sv,
        "❤․example"sv, "❤\ufe12example"sv, "xn--zzzz.bücher.example"sv}) {
    EXPECT_EQ(canonical_domain(text), std::nullopt) << text;
  }
}

TEST(CanonicalDomain, IsNothingForBytesThatAreNotUtf8) {
  EXPECT_EQ(canonical_domain("b\xfc"
                             "cher.example"),
            std::nullopt);
  EXPECT_EQ(canonical_domain("\xed\xa0\x80.example"), std::nullopt);
  EXPECT_EQ(canonical_domain("\xc0\xae.example"), std::nullopt);
  EXPECT_EQ(canonical_domain("example.co\xc3"), std::nullopt);
}

TEST(CanonicalDomain, HasTheLengthsOfDns) {
  const auto label = std::string(63, 'a');
  const auto longest = label + '.' + label + '.' + label + '.' + std::string(61, 'a');
  EXPECT_THAT(canonical_domain(longest), Optional(longest));
  EXPECT_THAT(canonical_domain(longest + '.'), Optional(longest));
  EXPECT_EQ(canonical_domain(longest + 'a'), std::nullopt);
  EXPECT_EQ(canonical_domain(label + "a.example"), std::nullopt);
  EXPECT_THAT(canonical_domain(repeated("ü", 50) + ".example"),
              Optional("xn--td" + std::string(50, 'a') + ".example"));
  EXPECT_EQ(canonical_domain(repeated("ü", 63) + ".example"), std::nullopt);
  EXPECT_EQ(canonical_domain(repeated(repeated("ü", 50) + '.', 5) + "example"), std::nullopt);
}

TEST(CanonicalDomain, SurvivesHugeTexts) {
  EXPECT_EQ(canonical_domain(repeated("a.", 1'000'000)), std::nullopt);
  EXPECT_EQ(canonical_domain(repeated("ü", 1'000'000)), std::nullopt);
  EXPECT_THAT(canonical_domain(std::string(1'000'000, ' ') + "example.com"),
              Optional("example.com"s));
}

TEST(SingleLabel, IsDistinguishedFromANameWithADot) {
  EXPECT_TRUE(is_single_label("localhost"));
  EXPECT_FALSE(is_single_label("example.com"));
}

}  // namespace
}  // namespace stix
