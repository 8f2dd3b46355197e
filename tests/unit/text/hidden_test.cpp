#include "text/hidden.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

TEST(Hidden, ATextInAnyLanguageHasNone) {
  EXPECT_FALSE(text::has_hidden_characters(""));
  EXPECT_FALSE(text::has_hidden_characters("Trojan.Win32 счёт 発票 😀"));
}

TEST(Hidden, ControlsDirectionMarksAndInvisibleCharactersAreFoundAnywhere) {
  using namespace std::string_literals;
  for (const auto& each : {"a\0b"s, "a\x7f"s, "a\xc2\x9b"s, "счёт\xe2\x80\xae"s,
                           "発\xe2\x80\x8b票"s, "\xf3\xa0\x81\x81"s}) {
    EXPECT_TRUE(text::has_hidden_characters(each)) << each;
  }
}

TEST(Hidden, BytesThatAreNotUtf8HideNothing) {
  EXPECT_FALSE(text::has_hidden_characters("a\xff\xc3"));
  EXPECT_FALSE(text::hidden_first("\xe2\x80"));
}

}  // namespace
