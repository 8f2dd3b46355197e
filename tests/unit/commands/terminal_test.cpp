#include "commands/terminal.hpp"

#include <gtest/gtest.h>

#include "commands/progress.hpp"

namespace {

using commands::Paint;
using commands::printable;
using commands::Style;

TEST(Printable, OrdinaryTextStays) {
  EXPECT_EQ(printable("Trojan.Win32 счёт 発票 😀"), "Trojan.Win32 счёт 発票 😀");
}

TEST(Printable, ControlCharactersAreShownAsEscapes) {
  using namespace std::string_literals;
  EXPECT_EQ(printable("\x1b[2J\x1b]0;title\a"), "\\x1b[2J\\x1b]0;title\\x07");
  EXPECT_EQ(printable("a\r\nb\tc\0d"s), "a\\x0d\\x0ab\\x09c\\x00d");
  EXPECT_EQ(printable("\xc2\x9b"
                      "31m\x7f"),
            "\\x9b31m\\x7f");
}

TEST(Printable, CharactersThatTurnOrHideTextAreShownAsEscapes) {
  EXPECT_EQ(printable("exe.\xe2\x80\xae"
                      "fdp"),
            "exe.\\u202efdp");
  EXPECT_EQ(printable("a\xe2\x80\x8b"
                      "b\xef\xbb\xbf\xf3\xa0\x80\xa1"),
            "a\\u200bb\\ufeff\\ue0021");
}

TEST(Printable, BytesThatAreNotTextAreShownAsEscapes) {
  EXPECT_EQ(printable("\xff\xc3"), "\\xff\\xc3");
  EXPECT_EQ(printable("\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80"),
            "\\xc0\\xaf\\xed\\xa0\\x80\\xf4\\x90\\x80\\x80");
}

TEST(Printable, LongTextIsCutBetweenCharacters) {
  EXPECT_EQ(printable("абвгд", 5), "абвгд");
  EXPECT_EQ(printable("абвгде", 5), "абвг…");
  EXPECT_EQ(printable("ab\x1b", 5), "ab…");
  EXPECT_EQ(printable("", 5), "");
}

TEST(Paint, ColoursOnlyWhereTheyAreWanted) {
  EXPECT_EQ(Paint(false)(Style::red, "red"), "red");
  EXPECT_EQ(Paint(false).badge(Style::red, "RED"), "RED");
  EXPECT_EQ(Paint(true)(Style::green, "ok"), "\x1b[32mok\x1b[0m");
  EXPECT_EQ(Paint(true)(Style::plain, "x"), "x");
}

TEST(Wrapped, BreaksAtBlanks) {
  EXPECT_THAT(commands::wrapped("one two three", 7), testing::ElementsAre("one two", "three"));
  EXPECT_THAT(commands::wrapped("one  two   three", 9), testing::ElementsAre("one  two", "three"));
  EXPECT_THAT(commands::wrapped("äöü äöü", 4), testing::ElementsAre("äöü", "äöü"));
  EXPECT_THAT(commands::wrapped("one", 7), testing::ElementsAre("one"));
  EXPECT_THAT(commands::wrapped("", 7), testing::ElementsAre(""));
}

TEST(Wrapped, KeepsADateWithItsTimeAndANumberWithItsUnit) {
  EXPECT_THAT(commands::wrapped("issued 2020-01-01 00:00 UTC (6 years ago)", 30),
              testing::ElementsAre("issued 2020-01-01 00:00 UTC", "(6 years ago)"));
  EXPECT_THAT(commands::wrapped("issued 2020-01-01 00:00 UTC", 26),
              testing::ElementsAre("issued", "2020-01-01 00:00 UTC"));
  EXPECT_THAT(commands::wrapped("a b  1,000 hits", 10), testing::ElementsAre("a b", "1,000 hits"));
  EXPECT_THAT(commands::wrapped("1 Example Street", 10),
              testing::ElementsAre("1 Example", "Street"));
  EXPECT_THAT(commands::wrapped("1,000 hits", 6), testing::ElementsAre("1,000", "hits"));
}

TEST(Wrapped, KeepsLongWordsWholeSoThatTheyCanBeCopied) {
  EXPECT_THAT(commands::wrapped("see https://example.com/path now", 10),
              testing::ElementsAre("see", "https://example.com/path", "now"));
  EXPECT_THAT(commands::wrapped("abcdefghij   ", 5), testing::ElementsAre("abcdefghij   "));
}

TEST(ProgressBar, IsEmptyAtFirstAndFullAtLast) {
  EXPECT_EQ(commands::progress_bar(0, 3), "[..............................] 0 of 3");
  EXPECT_EQ(commands::progress_bar(1, 3), "[##########....................] 1 of 3");
  EXPECT_EQ(commands::progress_bar(3, 3), "[##############################] 3 of 3");
}

}  // namespace
