// Splits and compares text, and shows it safely.
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

/// `'text'` on one line: maximum 80 characters, everything except printable ASCII as \xNN.
[[nodiscard]] std::string shown(std::string_view text);

/// The content of a text that is completely in `"` or `'`; nothing for other text.
[[nodiscard]] std::optional<std::string_view> unquoted(std::string_view text);

/// Whether the value of a setting that is not secret looks as if it contains a secret: a private
/// key, or a password in a URL. Such text is not shown.
[[nodiscard]] bool may_hold_secret(std::string_view text);

/// Valid UTF-8 without control characters.
[[nodiscard]] bool is_plain_text(std::string_view text);

/// For a cell of a table in Markdown: escapes `|`, which would end it.
[[nodiscard]] std::string table_cell(std::string_view text);

/// Printable ASCII without spaces; not empty.
[[nodiscard]] bool is_visible_ascii(std::string_view text);

/// IPv4 or IPv6, without brackets.
[[nodiscard]] bool is_ip_address(std::string_view text);

/// The candidate that is most similar to the misspelled `name`, in any letter case; empty if none
/// is similar. A common beginning up to a `_` or `.` does not count.
[[nodiscard]] std::string nearest(std::string_view name,
                                  const std::vector<std::string>& candidates);

/// The nearest candidate with maximum `slips` typing errors; otherwise empty.
[[nodiscard]] std::string nearest_within(std::size_t slips, std::string_view name,
                                         const std::vector<std::string>& candidates);

/// nearest(), otherwise the only candidate that begins or ends with `name`, if that has three
/// letters or more: `StixFile` for `File`.
[[nodiscard]] std::string probably_meant(std::string_view name,
                                         const std::vector<std::string>& candidates);

}  // namespace configuration
