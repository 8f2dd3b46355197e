// From text to value, for those settings whose form is more than a word. A failure tells what the
// setting must be, worded to follow its name; it never repeats the text, which may be secret.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "settings/settings.hpp"

namespace settings {

template <class T>
using Parsed = tl::expected<T, std::string>;

/// true/false, yes/no, on/off, 1/0, in any letter case.
[[nodiscard]] std::optional<bool> parse_boolean(std::string_view text);

/// A decimal number within the bounds.
[[nodiscard]] std::optional<int> parse_integer(std::string_view text, int least, int most);

/// http(s)://host[:port][/path] without user name, query and fragment. The scheme comes out in
/// lower case, and without slashes at the end.
[[nodiscard]] Parsed<std::string> parse_url(std::string_view text);

/// Whether a URL from parse_url() leads to this machine.
[[nodiscard]] bool is_loopback(std::string_view url);

struct CustomHeaders {
  std::vector<std::pair<std::string, std::string>> headers;
  /// How many parts had no colon and were left out, as pycti does.
  int skipped = 0;
};

/// `name:value;name2:value2`. The last of several headers of one name counts.
[[nodiscard]] Parsed<CustomHeaders> parse_headers(std::string_view text);

/// `red:100,grey:20`, zones in any letter case and any order.
[[nodiscard]] Parsed<ZoneScores> parse_zone_scores(std::string_view text);

/// `default:24h,red:12h,not_found:6h`, in any order; what is not named has the default, and that
/// has 24 h. Times are whole numbers of seconds, minutes, hours or days (s, m, h, d), or 0, up to a
/// year.
[[nodiscard]] Parsed<kaspersky::Lifetimes> parse_lifetimes(std::string_view text);

}  // namespace settings
