#include "settings/values.hpp"

#include <gmock/gmock.h>

namespace settings {
namespace {

using kaspersky::Zone;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST(Loopback, IsThisMachineOnly) {
  for (const auto* url : {"http://localhost:1/x", "http://127.0.0.1:8080", "http://[::1]:80"}) {
    EXPECT_TRUE(is_loopback(url)) << url;
  }
  for (const auto* url :
       {"http://localhost.example", "http://127.evil.example", "http://10.0.0.1", "http://[::2]"}) {
    EXPECT_FALSE(is_loopback(url)) << url;
  }
}

TEST(ZoneScores, TakeAnyLetterCaseAndBothSpellingsOfGray) {
  EXPECT_THAT(*parse_zone_scores("RED:100, Grey : 20,"),
              ElementsAre(Pair(Zone::red, 100), Pair(Zone::grey, 20)));
  EXPECT_THAT(*parse_zone_scores("gray:5"), ElementsAre(Pair(Zone::grey, 5)));
}

TEST(ZoneScores, AreRefusedWhereTheySayTooLittleOrTooMuch) {
  EXPECT_THAT(parse_zone_scores("red").error(), HasSubstr("zone:score"));
  EXPECT_THAT(parse_zone_scores("purple:1").error(), HasSubstr("red, orange, yellow"));
  EXPECT_THAT(parse_zone_scores("red:900").error(), HasSubstr("from 0 to 100"));
  EXPECT_THAT(parse_zone_scores("red:-5").error(), HasSubstr("from 0 to 100"));
  EXPECT_THAT(parse_zone_scores("gray:1,grey:2").error(), HasSubstr("one score only"));
  EXPECT_FALSE(parse_zone_scores(" , "));
}

}  // namespace
}  // namespace settings
