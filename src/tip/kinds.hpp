// Kinds of settings that only the Kaspersky connector has.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "configuration/kind.hpp"
#include "kaspersky/lifetimes.hpp"
#include "kaspersky/sections.hpp"
#include "kaspersky/zone.hpp"

namespace tip {

/// Sections of one kind of lookup, separated by commas; the mandatory ones are added.
[[nodiscard]] configuration::Kind sections(kaspersky::ObjectKind object,
                                           configuration::Put<std::vector<std::string>> put);

/// 0 to 100; a missing zone gives no score.
using ZoneScores = std::map<kaspersky::Zone, int>;
[[nodiscard]] configuration::Kind zone_scores(configuration::Put<ZoneScores> put);

/// Cache lifetimes by zone.
[[nodiscard]] configuration::Kind lifetimes(configuration::Put<kaspersky::Lifetimes> put);

// From text to value. A failure is a predicate whose subject is the setting: what it must be.

/// `red:100,grey:20`, zones in any letter case and any order.
[[nodiscard]] configuration::Parsed<ZoneScores> parse_zone_scores(std::string_view text);

/// `default:24h,red:12h,not_found:6h`, in any order. Missing zones have the default, which is 24 h
/// if missing. Times are whole numbers of seconds, minutes, hours or days (s, m, h, d), or 0, up to
/// a year.
[[nodiscard]] configuration::Parsed<kaspersky::Lifetimes> parse_lifetimes(std::string_view text);

}  // namespace tip
