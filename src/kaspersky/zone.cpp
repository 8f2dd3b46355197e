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

std::string_view name_of(Zone zone) {
  switch (zone) {
    case Zone::red:
      return "red";
    case Zone::orange:
      return "orange";
    case Zone::yellow:
      return "yellow";
    case Zone::grey:
      return "grey";
    case Zone::green:
      break;
  }
  return "green";
}

}  // namespace kaspersky
