// Points in time as text, in UTC.
#pragma once

#include <chrono>
#include <string>

namespace text {

using Time = std::chrono::system_clock::time_point;

/// `2024-05-01`
[[nodiscard]] std::string date(Time time);
/// For people: `2024-05-01 10:20`. The text around it must say UTC.
[[nodiscard]] std::string minutes(Time time);
/// For people: `2024-05-01 10:20:30`. The text around it must say UTC.
[[nodiscard]] std::string seconds(Time time);
/// RFC 3339 without the zone, which the caller adds: `2024-05-01T10:20:30`.
[[nodiscard]] std::string timestamp(Time time);
/// RFC 3339 with milliseconds: `2024-05-01T10:20:30.123Z`.
[[nodiscard]] std::string timestamp_ms(Time time);
/// RFC 3339 with microseconds: `2024-05-01T10:20:30.123456Z`.
[[nodiscard]] std::string timestamp_us(Time time);

}  // namespace text
