#include "commands/one_line.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace {

TEST(OnOneLine, OnlyBlanksBetweenPartsAreLeftOut) {
  EXPECT_EQ(commands::on_one_line("{\n  \"b\" : [ 1.10, 2e3 ],\r\n\t\"a b\": \"x  y\"\n}\n"),
            R"({"b":[1.10,2e3],"a b":"x  y"})");
}

TEST(OnOneLine, QuotesInsideOfTextsDoNotEndThem) {
  EXPECT_EQ(commands::on_one_line(R"({"a": "\" , \\", "b": 1})"), R"({"a":"\" , \\","b":1})");
}

TEST(OnOneLine, ControlCharactersAreEscaped) {
  const std::string text =
      "\"a\x7f"
      "b\xc2\x9b"
      "31m\xc2\xa9\"";
  const auto line = commands::on_one_line(text);
  EXPECT_EQ(line, "\"a\\u007fb\\u009b31m\xc2\xa9\"");
  EXPECT_EQ(nlohmann::json::parse(line), nlohmann::json::parse(text));
}

TEST(OnOneLine, InvisibleCharactersAreEscaped) {
  EXPECT_EQ(commands::on_one_line("\"a\xE2\x80\xAE"
                                  "b\xE2\x80\x8B"
                                  "c\xE2\x80\xA8"
                                  "d\xEF\xBB\xBF"
                                  "e\xF3\xA0\x81\x81\""),
            "\"a\\u202eb\\u200bc\\u2028d\\ufeffe\\udb40\\udc41\"");
}

}  // namespace
