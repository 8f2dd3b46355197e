#include "net/http/clock_watch.hpp"

#include <fmt/format.h>

#include "text/number.hpp"
#include "text/time.hpp"

namespace net {
namespace {

using std::chrono::floor;
using std::chrono::seconds;

seconds ahead_of(std::chrono::sys_seconds date, std::chrono::system_clock::time_point sent,
                 std::chrono::system_clock::time_point received) {
  constexpr seconds accuracy{1};
  if (date + accuracy < sent) return floor<seconds>(sent - (date + accuracy));
  if (date > received) return floor<seconds>(received - date);
  return seconds(0);
}

std::string counted(std::int64_t number, const char* unit) {
  return fmt::format("{} {}{}", text::grouped(number), unit, number == 1 ? "" : "s");
}

std::string duration_text(seconds duration) {
  using std::chrono::days;
  using std::chrono::hours;
  using std::chrono::minutes;
  if (duration >= days(2)) return counted(floor<days>(duration).count(), "day");
  if (duration >= hours(2)) return counted(floor<hours>(duration).count(), "hour");
  return counted(floor<minutes>(duration).count(), "minute");
}

}  // namespace

bool ClockReading::wrong() const {
  constexpr std::chrono::minutes tolerance{1};
  return ahead > tolerance || ahead < -tolerance;
}

void ClockWatch::note(std::chrono::sys_seconds date, std::chrono::system_clock::time_point sent,
                      std::chrono::system_clock::time_point received) {
  const ClockReading reading{
      .server = date, .here = received, .ahead = ahead_of(date, sent, received)};
  const std::lock_guard lock(mutex_);
  last_ = reading;
  if (!reading.wrong() || !options_.report) return;
  const auto now = options_.now();
  if (reported_ && now - *reported_ < options_.again_after) return;
  reported_ = now;
  options_.report(reading);
}

std::optional<ClockReading> ClockWatch::last() const {
  const std::lock_guard lock(mutex_);
  return last_;
}

std::string difference_text(const ClockReading& reading) {
  return reading.ahead < seconds(0) ? duration_text(-reading.ahead) + " behind"
                                    : duration_text(reading.ahead) + " ahead of";
}

std::string both_times(const ClockReading& reading) {
  return fmt::format("{} here, {} there (UTC)", text::seconds(reading.here),
                     text::seconds(reading.server));
}

}  // namespace net
