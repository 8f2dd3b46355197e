// What this room does with text: cutting, comparing, and showing it safely.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text/ascii.hpp"

namespace configuration {

using text::lower_case;
using text::trimmed;
using text::upper_case;

/// The parts between separators, trimmed; empty parts are left out.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

/// `a, b, c`
[[nodiscard]] std::string listed(const std::vector<std::string>& names);

/// `'text'` in one line: at most 80 characters, everything but printable ASCII as \xNN.
[[nodiscard]] std::string shown(std::string_view text);

/// What stands between the quotes of text that is wholly in `"` or `'`; nothing for other text.
[[nodiscard]] std::optional<std::string_view> unquoted(std::string_view text);

/// Whether text that is no secret by itself looks as if it holds one: a private key, or a password
/// in a URL. Such text is not shown.
[[nodiscard]] bool may_hold_secret(std::string_view text);

/// Valid UTF-8 without control characters.
[[nodiscard]] bool is_plain_text(std::string_view text);

/// Printable ASCII without spaces; not empty.
[[nodiscard]] bool is_visible_ascii(std::string_view text);

/// IPv4 or IPv6, without brackets.
[[nodiscard]] bool is_ip_address(std::string_view text);

/// The candidate that `name` is most likely a slip of, in any letter case; empty when none is near.
/// What both have in common up to a `_` or `.` makes nothing near.
[[nodiscard]] std::string nearest(std::string_view name,
                                  const std::vector<std::string>& candidates);

/// The nearest candidate of at most so many slips of the pen, wherever they are; else empty.
[[nodiscard]] std::string nearest_within(std::size_t slips, std::string_view name,
                                         const std::vector<std::string>& candidates);

/// nearest(), else the only candidate that begins or ends with `name`, of three letters or more:
/// `StixFile` for `File`.
[[nodiscard]] std::string probably_meant(std::string_view name,
                                         const std::vector<std::string>& candidates);

}  // namespace configuration
