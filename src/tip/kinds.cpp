#include "tip/kinds.hpp"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <set>

#include <nlohmann/json.hpp>

#include "configuration/requirements.hpp"
#include "configuration/text.hpp"

namespace tip {
namespace {

using namespace configuration;

constexpr std::chrono::seconds unless_given = std::chrono::hours(24);
constexpr std::chrono::seconds longest = std::chrono::days(365);

constexpr std::string_view zones_pattern =
    "^(red|orange|yellow|gr[ae]y|green):(100|[1-9]?[0-9])"
    "(,(red|orange|yellow|gr[ae]y|green):(100|[1-9]?[0-9]))*$";
// Up to a year; slightly less in seconds and minutes.
constexpr std::string_view lifetimes_pattern =
    "^(default|not_found|red|orange|yellow|gr[ae]y|green):"
    "(0|[0-9]{1,7}s|[0-9]{1,5}m|[0-9]{1,3}h|([0-9]{1,2}|[12][0-9]{2}|3[0-5][0-9]|36[0-5])d)"
    "(,(default|not_found|red|orange|yellow|gr[ae]y|green):"
    "(0|[0-9]{1,7}s|[0-9]{1,5}m|[0-9]{1,3}h|([0-9]{1,2}|[12][0-9]{2}|3[0-5][0-9]|36[0-5])d))*$";

template <class T>
Kind table_of(const std::string& allowed, Put<T> put, Parsed<T> (*parse)(std::string_view),
              std::string_view pattern) {
  return {.allowed = allowed,
          .read = [put = std::move(put), parse](std::string_view text,
                                                const Files& /*unused*/) -> Reading {
            auto value = parse(text);
            if (!value) return tl::unexpected(value.error());
            put(std::move(*value));
            return Remarks{};
          },
          .schema = [pattern] { return text_like(pattern); },
          .list = true};
}

tl::unexpected<std::string> must(std::string text) {
  return tl::unexpected("must " + std::move(text));
}

std::optional<std::chrono::seconds> parse_duration(std::string_view text) {
  text = trimmed(text);
  if (text == "0") return std::chrono::seconds::zero();
  if (text.empty()) return std::nullopt;
  const auto number =
      parse_integer(text.substr(0, text.size() - 1), 0, static_cast<int>(longest.count()));
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

Kind sections(kaspersky::ObjectKind object, Put<std::vector<std::string>> put) {
  return subset(kaspersky::known_sections(object),
                [object, put = std::move(put)](const std::vector<std::string>& names) {
                  put(kaspersky::with_mandatory_sections(object, names));
                });
}

Kind zone_scores(Put<ZoneScores> put) {
  return table_of("zone:score pairs separated by commas, scores from 0 to 100", std::move(put),
                  parse_zone_scores, zones_pattern);
}

Kind lifetimes(Put<kaspersky::Lifetimes> put) {
  return table_of(
      "name:time pairs separated by commas, with the names default, not_found, red, orange, "
      "yellow, gray and green, and times such as 30m, 12h or 7d",
      std::move(put), parse_lifetimes, lifetimes_pattern);
}

Parsed<ZoneScores> parse_zone_scores(std::string_view text) {
  ZoneScores scores;
  Requirements requirements;
  for (const auto pair : split(text, ',')) {
    const auto colon = pair.find(':');
    if (colon == std::string_view::npos) {
      requirements.add("be zone:score pairs separated by commas, such as red:100,orange:80");
      continue;
    }
    const auto zone = kaspersky::parse_zone(trimmed(pair.substr(0, colon)));
    if (!zone) {
      requirements.add("name only the zones red, orange, yellow, gray and green");
      continue;
    }
    const auto score = parse_integer(pair.substr(colon + 1), 0, 100);
    if (!score) {
      requirements.add(
          fmt::format("have a whole number from 0 to 100 for {}", kaspersky::name_of(*zone)));
    } else if (!scores.emplace(*zone, *score).second) {
      requirements.add(fmt::format("list {} only once", kaspersky::name_of(*zone)));
    }
  }
  if (const auto why = requirements.all(); !why.empty()) return must(why);
  if (scores.empty()) return must("hold at least one zone:score pair, such as red:100");
  return scores;
}

Parsed<kaspersky::Lifetimes> parse_lifetimes(std::string_view text) {
  kaspersky::Lifetimes lifetimes{.default_lifetime = unless_given};
  std::optional<std::chrono::seconds> not_found;
  std::set<std::string> given;
  Requirements requirements;
  for (const auto pair : split(text, ',')) {
    const auto colon = pair.find(':');
    if (colon == std::string_view::npos) {
      requirements.add("be name:time pairs separated by commas, such as default:24h,red:12h");
      continue;
    }
    auto name = lower_case(trimmed(pair.substr(0, colon)));
    const auto zone = kaspersky::parse_zone(name);
    if (zone) name = kaspersky::name_of(*zone);
    if (!zone && name != "default" && name != "not_found") {
      requirements.add("name only default, not_found, red, orange, yellow, gray and green");
      continue;
    }
    const auto duration = parse_duration(pair.substr(colon + 1));
    if (!duration) {
      requirements.add(
          fmt::format("have a time for {}, such as 30m, 12h, 7d or 0 (maximum 365d)", name));
      continue;
    }
    if (!given.insert(name).second) {
      requirements.add(fmt::format("list {} only once", name));
    } else if (zone) {
      lifetimes.zones[*zone] = *duration;
    } else if (name == "default") {
      lifetimes.default_lifetime = *duration;
    } else {
      not_found = duration;
    }
  }
  if (const auto why = requirements.all(); !why.empty()) return must(why);
  if (given.empty()) return must("hold at least one name:time pair, such as default:24h");
  lifetimes.not_found = not_found.value_or(lifetimes.default_lifetime);
  return lifetimes;
}

}  // namespace tip
