#include "commands/relative_time.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace commands {
namespace {

using namespace std::chrono_literals;
using Time = std::chrono::system_clock::time_point;

std::optional<int> number(std::string_view digits) {
  int value = 0;
  const auto* const end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end || value < 0) return std::nullopt;
  return value;
}

/// The time of `2024-05-01`, or of `2024-05-01 10:20 UTC`.
std::optional<Time> time_in(std::string_view text) {
  constexpr std::size_t date_length = 10;
  constexpr std::size_t whole_length = 20;
  const bool whole =
      text.size() == whole_length && text[10] == ' ' && text[13] == ':' && text.ends_with(" UTC");
  if (!whole && text.size() != date_length) return std::nullopt;
  if (text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = number(text.substr(0, 4));
  const auto month = number(text.substr(5, 2));
  const auto day = number(text.substr(8, 2));
  const auto hour = whole ? number(text.substr(11, 2)) : 0;
  const auto minute = whole ? number(text.substr(14, 2)) : 0;
  if (!year || !month || !day || !hour || !minute) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute);
}

std::string length_of(std::chrono::seconds time) {
  struct Unit {
    const char* name;
    std::chrono::seconds length;
    /// Minimum duration for this unit.
    std::chrono::seconds from;
  };
  constexpr Unit units[] = {{"year", 8766h, 17532h},
                            {"month", 730h, 1460h},
                            {"day", 24h, 48h},
                            {"hour", 1h, 2h},
                            {"minute", 1min, 0min}};
  for (const auto& [name, length, from] : units) {
    if (time < from) continue;
    const auto count = time / length;
    return fmt::format("{} {}{}", count, name, count == 1 ? "" : "s");
  }
  return {};
}

}  // namespace

std::string relative_time(std::string_view text, Time now) {
  const auto time = time_in(text);
  if (!time) return {};
  const auto passed = std::chrono::floor<std::chrono::seconds>(now - *time);
  const bool date_alone = text.find(' ') == std::string_view::npos;
  if (date_alone && passed < 48h && passed > -48h) return {};
  if (passed < 1min && passed > -1min) return "now";
  return passed > 0s ? length_of(passed) + " ago" : "in " + length_of(-passed);
}

}  // namespace commands
