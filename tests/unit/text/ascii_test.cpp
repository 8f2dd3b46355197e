#include "text/ascii.hpp"

#include <gtest/gtest.h>

namespace text {
namespace {

TEST(AsciiTest, OnlyTheLettersOfAsciiChangeTheirCase) {
  EXPECT_EQ(lower_case("SHA-256 Ä[`{@Z"), "sha-256 Ä[`{@z");
  EXPECT_EQ(upper_case("tlp:amber ä[`{@z"), "TLP:AMBER ä[`{@Z");
}

TEST(AsciiTest, TextsAreEqualWhateverTheirLetterCase) {
  EXPECT_TRUE(equal_ignoring_case("StixFile", "stixfile"));
  EXPECT_FALSE(equal_ignoring_case("StixFile", "StixFil"));
  EXPECT_FALSE(equal_ignoring_case("@", "`"));
}

TEST(AsciiTest, HexadecimalTextHasTheLengthThatIsAskedForAndNothingElseInIt) {
  EXPECT_TRUE(is_hex("09afAF", 6));
  EXPECT_FALSE(is_hex("09afAF", 7));
  EXPECT_FALSE(is_hex("09afAg", 6));
  EXPECT_FALSE(is_hex("09 fAF", 6));
}

TEST(AsciiTest, BlanksAndLineBreaksGoAtBothEndsAlone) {
  EXPECT_EQ(trimmed(" \t a b\r\n"), "a b");
  EXPECT_EQ(trimmed(" \r\n"), "");
}

}  // namespace
}  // namespace text
