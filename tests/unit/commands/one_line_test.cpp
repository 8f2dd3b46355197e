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

TEST(OnOneLine, WhatATerminalObeysIsEscaped) {
  const std::string text =
      "\"a\x7f"
      "b\xc2\x9b"
      "31m\xc2\xa9\"";
  const auto line = commands::on_one_line(text);
  EXPECT_EQ(line, "\"a\\u007fb\\u009b31m\xc2\xa9\"");
  EXPECT_EQ(nlohmann::json::parse(line), nlohmann::json::parse(text));
}

}  // namespace
