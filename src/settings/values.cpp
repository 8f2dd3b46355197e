#include "settings/values.hpp"

#include <fmt/format.h>

#include "configuration/faults.hpp"
#include "configuration/text.hpp"
#include "net/loopback.hpp"

namespace settings {
namespace {

tl::unexpected<std::string> must(std::string text) {
  return tl::unexpected("must " + std::move(text));
}

}  // namespace

bool is_loopback(std::string_view url) { return net::is_loopback(configuration::host_of(url)); }

Parsed<ZoneScores> parse_zone_scores(std::string_view text) {
  ZoneScores scores;
  configuration::Faults faults;
  for (const auto pair : configuration::split(text, ',')) {
    const auto colon = pair.find(':');
    if (colon == std::string_view::npos) {
      faults.add("be zone:score pairs separated by commas, such as red:100,orange:80");
      continue;
    }
    const auto zone = kaspersky::parse_zone(configuration::trimmed(pair.substr(0, colon)));
    if (!zone) {
      faults.add("name only the zones red, orange, yellow, gray and green");
      continue;
    }
    const auto score = configuration::parse_integer(pair.substr(colon + 1), 0, 100);
    if (!score) {
      faults.add(fmt::format("give {} a whole number from 0 to 100", kaspersky::name_of(*zone)));
    } else if (!scores.emplace(*zone, *score).second) {
      faults.add(fmt::format("give {} one score only", kaspersky::name_of(*zone)));
    }
  }
  if (const auto why = faults.all(); !why.empty()) return must(why);
  if (scores.empty()) return must("hold at least one zone:score pair, such as red:100");
  return scores;
}

}  // namespace settings
