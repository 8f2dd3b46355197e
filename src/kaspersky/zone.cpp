#include "kaspersky/zone.hpp"

#include <string>

#include "text/ascii.hpp"

namespace kaspersky {

std::optional<Zone> parse_zone(std::string_view text) {
  const auto lower = text::lower_case(text);
  if (lower == "gray") return Zone::grey;
  for (const auto zone : all_zones) {
    if (name_of(zone) == lower) return zone;
  }
  return std::nullopt;
}

}  // namespace kaspersky
