#include "commands/relative_time.hpp"

#include <gtest/gtest.h>

namespace {

using namespace std::chrono_literals;

std::string at_noon(std::string_view text) {
  constexpr std::chrono::sys_days day(std::chrono::year(2026) / 11 / 30);
  return commands::relative_time(text, day + 12h);
}

TEST(RelativeTime, IsInTheLargestUnitThatSaysEnough) {
  EXPECT_EQ(at_noon("2026-11-30 12:00 UTC"), "now");
  EXPECT_EQ(at_noon("2026-11-30 11:59 UTC"), "1 minute ago");
  EXPECT_EQ(at_noon("2026-11-30 10:01 UTC"), "119 minutes ago");
  EXPECT_EQ(at_noon("2026-11-28 12:30 UTC"), "47 hours ago");
  EXPECT_EQ(at_noon("2026-11-28 12:00 UTC"), "2 days ago");
  EXPECT_EQ(at_noon("2026-09-01 12:00 UTC"), "2 months ago");
  EXPECT_EQ(at_noon("2020-11-02 06:10 UTC"), "6 years ago");
  EXPECT_EQ(at_noon("2027-01-15 00:00 UTC"), "in 45 days");
}

TEST(RelativeTime, OfADateIsSaidOnceADayMattersLittle) {
  EXPECT_EQ(at_noon("2026-11-30"), "");
  EXPECT_EQ(at_noon("2026-11-20"), "10 days ago");
}

TEST(RelativeTime, IsNotSaidOfOtherTexts) {
  for (const auto* text : {"", "known", "0123456789", "2026-13-01", "2026-02-30", "2026-1a-01",
                           "2026-11-30 12:00 CET", "2026-11-30T12:00:00.000Z"}) {
    EXPECT_EQ(at_noon(text), "") << text;
  }
}

}  // namespace
