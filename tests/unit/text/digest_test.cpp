#include "text/digest.hpp"

#include <gtest/gtest.h>

namespace text {
namespace {

// FIPS 180-2, appendix B.1.
TEST(DigestTest, TheDigestOfAbcIsTheStandardsExample) {
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

// FIPS 180-2, appendix A.1.
TEST(DigestTest, TheShortDigestOfAbcIsTheStandardsExample) {
  EXPECT_EQ(hex(sha1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
}

// RFC 4648, section 10.
TEST(DigestTest, Base64OfEachLengthIsTheStandardsExample) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
}

TEST(DigestTest, BytesThatAreNotTextHaveTwoDigitsEach) {
  using std::string_view_literals::operator""sv;
  EXPECT_EQ(hex("\x00\x0f\xff"sv), "000fff");
}

}  // namespace
}  // namespace text
