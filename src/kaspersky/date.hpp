// Dates as Kaspersky writes them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kaspersky {

/// Reads `2021-05-27T12:37Z`, with seconds, with a fraction of one to nine digits, or the day
/// alone; the time is UTC, with or without the `Z`.
/// @returns RFC 3339 in UTC with milliseconds, `2021-05-27T12:37:00.000Z`, so that texts compare as
/// times do; nothing for other text, and for days that do not exist.
[[nodiscard]] std::optional<std::string> parse_date(std::string_view text);

}  // namespace kaspersky
