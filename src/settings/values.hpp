// From text to value, for those settings that have a form of their own. A failure tells what the
// setting must be, worded to follow its name; it never repeats the text, which may be secret.
#pragma once

#include <string_view>

#include "settings/engine.hpp"
#include "settings/settings.hpp"

namespace settings {

/// Whether a URL from parse_url() leads to this machine.
[[nodiscard]] bool is_loopback(std::string_view url);

/// `red:100,grey:20`, zones in any letter case and any order.
[[nodiscard]] Parsed<ZoneScores> parse_zone_scores(std::string_view text);

/// `default:24h,red:12h,not_found:6h`, in any order; what is not named has the default, and that
/// has 24 h. Times are whole numbers of seconds, minutes, hours or days (s, m, h, d), or 0, up to a
/// year.
[[nodiscard]] Parsed<kaspersky::Lifetimes> parse_lifetimes(std::string_view text);

}  // namespace settings
