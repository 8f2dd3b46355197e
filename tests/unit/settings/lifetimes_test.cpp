#include <gmock/gmock.h>

#include "settings/values.hpp"

namespace settings {
namespace {

using kaspersky::Zone;
using testing::HasSubstr;
using namespace std::chrono_literals;

TEST(Lifetimes, AreTimesByName) {
  const auto lifetimes = parse_lifetimes("default:1d, RED:30m ,grey:90s,not_found:0");
  ASSERT_TRUE(lifetimes) << lifetimes.error();
  EXPECT_EQ(lifetimes->standard, 24h);
  EXPECT_EQ(lifetimes->of(Zone::red), 30min);
  EXPECT_EQ(lifetimes->of(Zone::grey), 90s);
  EXPECT_EQ(lifetimes->of(Zone::green), 24h);
  EXPECT_EQ(lifetimes->of(std::nullopt), 24h);
  EXPECT_EQ(lifetimes->not_found, 0s);
  EXPECT_EQ(lifetimes->longest(), 24h);
}

TEST(Lifetimes, WhatIsLeftOutHasTheDefault) {
  EXPECT_EQ(parse_lifetimes("default:2h")->not_found, 2h);
  EXPECT_EQ(parse_lifetimes("red:1h")->standard, 24h);
  EXPECT_EQ(parse_lifetimes("red:1h")->not_found, 24h);
  EXPECT_EQ(parse_lifetimes("default:0")->longest(), 0s);
}

TEST(Lifetimes, OthersAreRefused) {
  for (const auto& [text, why] : {std::pair{"24h", "pairs"},
                                  {"blue:1h", "name only"},
                                  {"red:1", "give red a time"},
                                  {"red:1w", "give red a time"},
                                  {"red:-1h", "give red a time"},
                                  {"red:", "give red a time"},
                                  {"red:366d", "up to 365d"},
                                  {"red:99999999999h", "up to 365d"},
                                  {"red:31536000d", "up to 365d"},
                                  {"gray:1h,grey:2h", "one time only"},
                                  {"default:1h,default:1h", "one time only"},
                                  {",", "at least one"}}) {
    const auto lifetimes = parse_lifetimes(text);
    ASSERT_FALSE(lifetimes) << text;
    EXPECT_THAT(lifetimes.error(), HasSubstr(why)) << text;
  }
}

}  // namespace
}  // namespace settings
