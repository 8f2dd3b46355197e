#include "kaspersky/token_watch.hpp"

#include <algorithm>
#include <charconv>

#include "kaspersky/date.hpp"

namespace kaspersky {
namespace {

using std::chrono::days;

/// The time of a text in the form of parse_date().
std::chrono::system_clock::time_point moment_of(const std::string& date) {
  const auto number = [&](std::size_t at, std::size_t digits) {
    int value = 0;
    std::from_chars(date.data() + at, date.data() + at + digits, value);
    return value;
  };
  const std::chrono::year_month_day day{std::chrono::year(number(0, 4)),
                                        std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                        std::chrono::day(static_cast<unsigned>(number(8, 2)))};
  const std::chrono::sys_seconds moment =
      std::chrono::sys_days(day) + std::chrono::hours(number(11, 2)) +
      std::chrono::minutes(number(14, 2)) + std::chrono::seconds(number(17, 2));
  // system_clock ends in 2262, but an answer may have the year 9999 for "never". Clamped from the
  // epoch on, so that the distance to the present does not overflow either.
  constexpr auto last =
      std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::time_point::max());
  return std::clamp(moment, std::chrono::sys_seconds{}, last);
}

}  // namespace

TokenWatch::TokenWatch(Lookup& next, telemetry::Log log, WallClock now)
    : next_(next), log_(std::move(log)), now_(std::move(now)) {}

Outcome TokenWatch::look_up(const Inquiry& inquiry, const net::Deadline& deadline) {
  auto outcome = next_.look_up(inquiry, deadline);
  if (const auto* license = license_in(outcome)) check_expiry(license->token_expiration_date);
  return outcome;
}

std::optional<std::chrono::system_clock::time_point> TokenWatch::expires() const {
  const std::lock_guard lock(mutex_);
  return expires_;
}

void TokenWatch::check_expiry(const std::string& expiration) {
  const auto date = parse_date(expiration);
  if (!date) return;
  const auto now = now_();
  const auto expires = moment_of(*date);
  {
    const std::lock_guard lock(mutex_);
    expires_ = expires;
  }
  const auto left = expires - now;
  if (left > days(30)) return;
  const auto stage = left <= days(0)   ? Stage::expired
                     : left <= days(1) ? Stage::day
                     : left <= days(7) ? Stage::week
                                       : Stage::month;
  if (!is_new(std::chrono::floor<days>(now), stage)) return;
  if (stage == Stage::expired) {
    return log_.error("The API token for Kaspersky has expired; create a new one in TIP",
                      {{"expired", *date}});
  }
  log_.line(stage == Stage::day ? telemetry::Level::error : telemetry::Level::warning,
            "The API token for Kaspersky expires soon; create a new one in TIP",
            {{"expires", *date}, {"days_left", std::chrono::ceil<days>(left).count()}});
}

bool TokenWatch::is_new(std::chrono::sys_days today, Stage stage) {
  const std::lock_guard lock(mutex_);
  const std::pair stage_today(today, stage);
  if (logged_ == stage_today) return false;
  logged_ = stage_today;
  return true;
}

}  // namespace kaspersky
