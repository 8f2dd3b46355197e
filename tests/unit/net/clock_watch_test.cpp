#include "net/http/clock_watch.hpp"

#include <gmock/gmock.h>

#include <vector>

#include "net/http/client.hpp"
#include "support/http_server.hpp"

namespace net {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_seconds;
using support::HttpReply;
using support::HttpServer;
using support::in_order;

constexpr sys_seconds noon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 24) + 12h;

/// The reading for a request that took from `sent` to `received`, by this host's clock.
ClockReading reading_of(sys_seconds date, std::chrono::system_clock::time_point sent,
                        std::chrono::system_clock::time_point received) {
  ClockWatch watch;
  watch.note(date, sent, received);
  return watch.last().value_or(ClockReading());
}

TEST(ClockWatch, KnowsNothingBeforeTheFirstResponse) { EXPECT_FALSE(ClockWatch().last()); }

TEST(ClockWatch, IsNotDeceivedByTheTimeThatARequestTakes) {
  EXPECT_EQ(reading_of(noon, noon - 90s, noon + 90s).ahead, 0s);
  EXPECT_EQ(reading_of(noon, noon + 900ms, noon + 2s).ahead, 0s) << "Date has no fractions";
}

TEST(ClockWatch, MoreThanAMinuteIsWrong) {
  const auto behind = reading_of(noon, noon - 70s, noon - 61s);
  EXPECT_EQ(behind.ahead, -61s);
  EXPECT_TRUE(behind.wrong());
  EXPECT_FALSE(reading_of(noon, noon - 70s, noon - 60s).wrong());
  const auto ahead = reading_of(noon, noon + 62s, noon + 80s);
  EXPECT_EQ(ahead.ahead, 61s);
  EXPECT_TRUE(ahead.wrong());
  EXPECT_FALSE(reading_of(noon, noon + 61s, noon + 80s).wrong());
}

TEST(ClockWatch, ReportsAWrongClockOnceADay) {
  auto now = std::chrono::steady_clock::time_point();
  std::vector<std::chrono::seconds> reported;
  ClockWatch watch({.report = [&](const ClockReading& one) { reported.push_back(one.ahead); },
                    .now = [&] { return now; }});
  watch.note(noon, noon, noon);
  for (const auto late : {2min, 3min, 4min}) watch.note(noon, noon - late, noon - late);
  EXPECT_THAT(reported, testing::ElementsAre(-120s));
  now += 24h;
  watch.note(noon, noon - 5min, noon - 5min);
  EXPECT_THAT(reported, testing::ElementsAre(-120s, -300s));
}

TEST(ClockWatch, SaysInWordsHowMuchItIs) {
  EXPECT_EQ(difference_text(reading_of(noon, noon - 119s, noon - 119s)), "1 minute behind");
  EXPECT_EQ(difference_text(reading_of(noon, noon + 301s, noon + 301s)), "5 minutes ahead of");
  EXPECT_EQ(difference_text(reading_of(noon, noon - 3h, noon - 3h)), "3 hours behind");
  EXPECT_EQ(difference_text(reading_of(noon, noon - 50h, noon - 50h)), "2 days behind");
  EXPECT_EQ(both_times(reading_of(noon, noon - 5min, noon - 5min)),
            "2026-11-24 11:55:00 here, 2026-11-24 12:00:00 there (UTC)");
}

// --- the header Date ---

TEST(Date, IsReadInTheFormOfServersAlone) {
  EXPECT_EQ(read_date("Tue, 24 Nov 2026 12:00:00 GMT"), noon);
  for (const auto* other :
       {"", "Tue, 24 Nov 2026 12:00:00", "Tue, 24 Nov 2026 12:00:00 CET", "2026-11-24T12:00:00Z",
        "Tuesday, 24-Nov-26 12:00:00 GMT", "Tue Nov 24 12:00:00 2026", "20261124",
        "Tue, 24 Nov 2026 12:00:00 GMT ", "Tue, 24 Foo 2026 12:00:00 GMT",
        "Tue, 99 Nov 2026 12:00:00 GMT", "Sun, 06 Nov 9999 08:49:37 GMT",
        "Sun, 06 Nov 1901 08:49:37 GMT", "Tue, 24 Nov 2026 12:00:00 GMT, Tue, 24 Nov 2026"}) {
    EXPECT_FALSE(read_date(other)) << other;
  }
  EXPECT_FALSE(read_date(std::string(1'000'000, '1')));
}

/// The clock of a server whose response has these headers.
std::optional<ClockReading> reading_after(const support::Headers& headers) {
  const HttpServer server(in_order({{.headers = headers}}));
  const auto clock = std::make_shared<ClockWatch>();
  const HttpClient client({.clock = clock});
  EXPECT_TRUE(client.send({.url = server.url("/")}, Deadline::after(30s)));
  return clock->last();
}

TEST(Date, OfAResponseIsComparedWithThisHostsClock) {
  const auto reading = reading_after({{"date", "Tue, 24 Nov 2020 12:00:00 GMT"}});
  ASSERT_TRUE(reading);
  EXPECT_TRUE(reading->wrong());
  EXPECT_GT(reading->ahead, 24h * 365);
}

TEST(Date, IsIgnoredIfItIsMissingOrAmbiguousOrOfACache) {
  const std::pair<std::string, std::string> date{"Date", "Tue, 24 Nov 2020 12:00:00 GMT"};
  EXPECT_FALSE(reading_after({}));
  EXPECT_FALSE(reading_after({{"Date", "yesterday"}}));
  EXPECT_FALSE(reading_after({date, date}));
  EXPECT_FALSE(reading_after({date, {"Age", "10"}}));
}

}  // namespace
}  // namespace net
