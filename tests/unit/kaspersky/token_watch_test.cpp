#include "kaspersky/token_watch.hpp"

#include <gmock/gmock.h>

#include "support/log_lines.hpp"
#include "unit/kaspersky/lookup_doubles.hpp"

namespace kaspersky {
namespace {

using fakes::about;
using fakes::is;
using fakes::soon;
using namespace std::chrono_literals;
using std::chrono::days;

class TokenWatchTest : public ::testing::Test {
 protected:
  void ask(const std::string& expires, int times = 3) {
    Found found;
    found.answer.license =
        LicenseInfo{.day_requests = {}, .day_quota = {}, .token_expiration_date = expires};
    tip.answer({found});
    for (int i = 0; i < times; ++i) ASSERT_TRUE(is<Found>(watch.look_up(about("a"), soon())));
  }

  support::LogLines lines;
  fakes::FakeClock clock;
  fakes::ScriptedLookup tip;
  TokenWatch watch{tip, lines.log(), clock.wall()};
};

TEST_F(TokenWatchTest, SaysNothingUntilThirtyDaysAhead) {
  ask("2026-03-31T12:01Z");
  EXPECT_EQ(lines.all(), "");
  clock.advance(1min);
  ask("2026-03-31T12:01Z");
  EXPECT_EQ(lines.count("WARNING", "expires soon"), 1) << lines.all();
  EXPECT_EQ(lines.count("WARNING", "days_left=30"), 1) << lines.all();
}

TEST_F(TokenWatchTest, DatesBeyondTheClockAreFarAway) {
  ask("9999-12-31T23:59Z");
  EXPECT_EQ(lines.all(), "");
  ASSERT_TRUE(watch.expires());
  EXPECT_GT(*watch.expires() - clock.wall()(), days(80000));
  ask("0001-01-01T00:00Z");
  EXPECT_EQ(lines.count("ERROR", "has expired"), 1) << lines.all();
}

TEST_F(TokenWatchTest, SpeaksOnceADay) {
  for (int day = 0; day < 3; ++day) {
    ask("2026-03-21T12:00Z");
    clock.advance(days(1));
  }
  EXPECT_EQ(lines.count("WARNING", "expires soon"), 3) << lines.all();
}

TEST_F(TokenWatchTest, SaysAgainWhenAWeekAndWhenADayIsLeftAndOnceItIsOver) {
  const std::string expires = "2026-03-08T13:00:00Z";
  ask(expires);
  EXPECT_EQ(lines.count("WARNING", "days_left=8"), 1) << lines.all();
  clock.advance(1h);
  ask(expires);
  EXPECT_EQ(lines.count("WARNING", "days_left=7"), 1) << lines.all();
  clock.advance(days(6));
  ask(expires);
  EXPECT_EQ(lines.count("ERROR", "days_left=1"), 1) << lines.all();
  clock.advance(days(1));
  ask(expires);
  EXPECT_EQ(lines.count("ERROR", "has expired"), 1) << lines.all();
}

TEST_F(TokenWatchTest, ANewTokenEndsIt) {
  ask("2026-03-02T12:00Z");
  ask("2027-03-01T12:00Z");
  EXPECT_EQ(lines.count("ERROR", ""), 1) << lines.all();
}

TEST_F(TokenWatchTest, ADateOfAnotherFormIsIgnored) {
  for (const auto* text : {"", "soon", "1.3.2026", "2026-02-30T00:00Z"}) ask(text);
  EXPECT_EQ(lines.all(), "");
}

TEST_F(TokenWatchTest, KnowsWhenTheTokenExpires) {
  EXPECT_EQ(watch.expires(), std::nullopt);
  ask("2026-08-01T12:34:56Z");
  const std::chrono::system_clock::time_point moment =
      std::chrono::sys_days(std::chrono::year(2026) / 8 / 1) + 12h + 34min + 56s;
  EXPECT_EQ(watch.expires(), moment);
  ask("nonsense");
  EXPECT_EQ(watch.expires(), moment);
}

}  // namespace
}  // namespace kaspersky
