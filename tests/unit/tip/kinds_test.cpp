#include "tip/kinds.hpp"

#include <gmock/gmock.h>

namespace tip {
namespace {

using kaspersky::Zone;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using namespace std::chrono_literals;

TEST(ZoneScores, TakeAnyLetterCaseAndBothSpellingsOfGray) {
  EXPECT_THAT(*parse_zone_scores("RED:100, Grey : 20,"),
              ElementsAre(Pair(Zone::red, 100), Pair(Zone::grey, 20)));
  EXPECT_THAT(*parse_zone_scores("gray:5"), ElementsAre(Pair(Zone::grey, 5)));
}

TEST(ZoneScores, AreRejectedIfIncompleteOrInvalid) {
  EXPECT_THAT(parse_zone_scores("red").error(), HasSubstr("zone:score"));
  EXPECT_THAT(parse_zone_scores("purple:1").error(), HasSubstr("red, orange, yellow"));
  EXPECT_THAT(parse_zone_scores("red:900").error(), HasSubstr("from 0 to 100"));
  EXPECT_THAT(parse_zone_scores("red:-5").error(), HasSubstr("from 0 to 100"));
  EXPECT_THAT(parse_zone_scores("gray:1,grey:2").error(), HasSubstr("list grey only once"));
  EXPECT_FALSE(parse_zone_scores(" , "));
}

TEST(Lifetimes, AreTimesByName) {
  const auto lifetimes = parse_lifetimes("default:1d, RED:30m ,grey:90s,not_found:0");
  ASSERT_TRUE(lifetimes) << lifetimes.error();
  EXPECT_EQ(lifetimes->default_lifetime, 24h);
  EXPECT_EQ(lifetimes->of(Zone::red), 30min);
  EXPECT_EQ(lifetimes->of(Zone::grey), 90s);
  EXPECT_EQ(lifetimes->of(Zone::green), 24h);
  EXPECT_EQ(lifetimes->of(std::nullopt), 24h);
  EXPECT_EQ(lifetimes->not_found, 0s);
  EXPECT_EQ(lifetimes->longest(), 24h);
}

TEST(Lifetimes, AnOmittedNameHasTheDefault) {
  EXPECT_EQ(parse_lifetimes("default:2h")->not_found, 2h);
  EXPECT_EQ(parse_lifetimes("red:1h")->default_lifetime, 24h);
  EXPECT_EQ(parse_lifetimes("red:1h")->not_found, 24h);
  EXPECT_EQ(parse_lifetimes("default:0")->longest(), 0s);
}

TEST(Lifetimes, OthersAreRejected) {
  for (const auto& [text, why] : {std::pair{"24h", "pairs"},
                                  {"blue:1h", "name only"},
                                  {"red:1", "have a time for red"},
                                  {"red:1w", "have a time for red"},
                                  {"red:-1h", "have a time for red"},
                                  {"red:", "have a time for red"},
                                  {"red:366d", "maximum 365d"},
                                  {"red:99999999999h", "maximum 365d"},
                                  {"red:31536000d", "maximum 365d"},
                                  {"gray:1h,grey:2h", "list grey only once"},
                                  {"default:1h,default:1h", "list default only once"},
                                  {",", "at least one"}}) {
    const auto lifetimes = parse_lifetimes(text);
    ASSERT_FALSE(lifetimes) << text;
    EXPECT_THAT(lifetimes.error(), HasSubstr(why)) << text;
  }
}

}  // namespace
}  // namespace tip
