#include "kaspersky/date.hpp"

#include <gtest/gtest.h>

namespace kaspersky {
namespace {

TEST(Date, IsReadInEveryFormThatKasperskyWrites) {
  EXPECT_EQ(parse_date("2021-05-27T12:37Z"), "2021-05-27T12:37:00.000Z");
  EXPECT_EQ(parse_date("2021-05-27T12:37:41Z"), "2021-05-27T12:37:41.000Z");
  EXPECT_EQ(parse_date("2021-05-27T12:37:41.5Z"), "2021-05-27T12:37:41.500Z");
  EXPECT_EQ(parse_date("2021-05-27"), "2021-05-27T00:00:00.000Z");
}

TEST(Date, IsInUtcWithOrWithoutTheZ) {
  EXPECT_EQ(parse_date("2021-05-27T12:37"), "2021-05-27T12:37:00.000Z");
  EXPECT_EQ(parse_date("2021-05-27T12:37:41.123"), "2021-05-27T12:37:41.123Z");
  EXPECT_EQ(parse_date("2021-05-27 12:37:41"), "2021-05-27T12:37:41.000Z");
}

TEST(Date, KeepsMillisecondsOfALongerFraction) {
  EXPECT_EQ(parse_date("2021-05-27T12:37:41.1Z"), "2021-05-27T12:37:41.100Z");
  EXPECT_EQ(parse_date("2021-05-27T12:37:41.09Z"), "2021-05-27T12:37:41.090Z");
  EXPECT_EQ(parse_date("2021-05-27T12:37:41.123456789Z"), "2021-05-27T12:37:41.123Z");
  EXPECT_EQ(parse_date("2021-05-27T12:37:41.999999Z"), "2021-05-27T12:37:41.999Z");
  EXPECT_EQ(parse_date("2021-05-27T12:37:41.1234567890Z"), std::nullopt);
  EXPECT_EQ(parse_date("2021-05-27T12:37:41.Z"), std::nullopt);
}

TEST(Date, KnowsHowLongMonthsAre) {
  EXPECT_TRUE(parse_date("2024-02-29"));
  EXPECT_FALSE(parse_date("2023-02-29"));
  EXPECT_TRUE(parse_date("2000-02-29"));
  EXPECT_FALSE(parse_date("1900-02-29"));
  EXPECT_FALSE(parse_date("2021-04-31"));
  EXPECT_FALSE(parse_date("2021-13-01"));
  EXPECT_FALSE(parse_date("2021-00-10"));
  EXPECT_FALSE(parse_date("2021-01-00"));
  EXPECT_FALSE(parse_date("0000-01-01"));
}

TEST(Date, KnowsHowLongDaysAre) {
  EXPECT_TRUE(parse_date("2021-05-27T23:59:59Z"));
  EXPECT_FALSE(parse_date("2021-05-27T24:00Z"));
  EXPECT_FALSE(parse_date("2021-05-27T23:60Z"));
  EXPECT_FALSE(parse_date("2021-05-27T23:59:60Z"));
}

TEST(Date, IsNothingForOtherText) {
  for (const auto* text : {"",
                           "Z",
                           "2021",
                           "2021-05",
                           "2021-5-27",
                           "27.05.2021",
                           "-021-05-27",
                           "+021-05-27",
                           "2021-05-27T",
                           "2021-05-27T12",
                           "2021-05-27T12:",
                           "2021-05-27T1:02Z",
                           "2021-05-27T12:37:Z",
                           "2021-05-27T12:37ZZ",
                           "2021-05-27T12:37Z ",
                           " 2021-05-27T12:37Z",
                           "2021-05-27T12:37+02:00",
                           "2021-05-27junk",
                           "never",
                           "20210527",
                           "12021-05-27"}) {
    EXPECT_EQ(parse_date(text), std::nullopt) << text;
  }
  EXPECT_EQ(parse_date(std::string_view("2021-05-27\0", 11)), std::nullopt);
}

}  // namespace
}  // namespace kaspersky
