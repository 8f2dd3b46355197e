#include "settings/kaspersky_kinds.hpp"

#include <nlohmann/json.hpp>

#include "settings/values.hpp"

namespace settings {
namespace {

constexpr std::string_view zones_pattern =
    "^(red|orange|yellow|gr[ae]y|green):(100|[1-9]?[0-9])"
    "(,(red|orange|yellow|gr[ae]y|green):(100|[1-9]?[0-9]))*$";
// Up to a year, less a little for seconds and minutes.
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
          .schema = [pattern] { return configuration::text_like(pattern); },
          .list = true};
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

}  // namespace settings
