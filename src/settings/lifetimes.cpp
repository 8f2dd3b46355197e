#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "configuration/faults.hpp"
#include "configuration/text.hpp"
#include "settings/values.hpp"

namespace settings {
namespace {

constexpr std::chrono::seconds unless_given = std::chrono::hours(24);
constexpr std::chrono::seconds longest = std::chrono::days(365);

tl::unexpected<std::string> must(std::string text) {
  return tl::unexpected("must " + std::move(text));
}

std::optional<std::chrono::seconds> parse_duration(std::string_view text) {
  text = configuration::trimmed(text);
  if (text == "0") return std::chrono::seconds::zero();
  if (text.empty()) return std::nullopt;
  const auto number = configuration::parse_integer(text.substr(0, text.size() - 1), 0,
                                                   static_cast<int>(longest.count()));
  if (!number) return std::nullopt;
  std::chrono::seconds unit{0};
  switch (text.back()) {
    case 's':
      unit = std::chrono::seconds(1);
      break;
    case 'm':
      unit = std::chrono::minutes(1);
      break;
    case 'h':
      unit = std::chrono::hours(1);
      break;
    case 'd':
      unit = std::chrono::days(1);
      break;
    default:
      return std::nullopt;
  }
  const auto duration = *number * unit;
  if (duration > longest) return std::nullopt;
  return duration;
}

}  // namespace

Parsed<kaspersky::Lifetimes> parse_lifetimes(std::string_view text) {
  kaspersky::Lifetimes lifetimes{.standard = unless_given};
  std::optional<std::chrono::seconds> not_found;
  std::set<std::string> given;
  configuration::Faults faults;
  for (const auto pair : configuration::split(text, ',')) {
    const auto colon = pair.find(':');
    if (colon == std::string_view::npos) {
      faults.add("be name:time pairs separated by commas, such as default:24h,red:12h");
      continue;
    }
    auto name = configuration::lower_case(configuration::trimmed(pair.substr(0, colon)));
    const auto zone = kaspersky::parse_zone(name);
    if (zone) name = kaspersky::name_of(*zone);
    if (!zone && name != "default" && name != "not_found") {
      faults.add("name only default, not_found, red, orange, yellow, gray and green");
      continue;
    }
    const auto duration = parse_duration(pair.substr(colon + 1));
    if (!duration) {
      faults.add(fmt::format("give {} a time such as 30m, 12h or 7d, or 0, up to 365d", name));
      continue;
    }
    if (!given.insert(name).second) {
      faults.add(fmt::format("give {} one time only", name));
    } else if (zone) {
      lifetimes.zones[*zone] = *duration;
    } else if (name == "default") {
      lifetimes.standard = *duration;
    } else {
      not_found = duration;
    }
  }
  if (const auto why = faults.all(); !why.empty()) return must(why);
  if (given.empty()) return must("hold at least one name:time pair, such as default:24h");
  lifetimes.not_found = not_found.value_or(lifetimes.standard);
  return lifetimes;
}

}  // namespace settings
