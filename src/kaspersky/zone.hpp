// Kaspersky's zones: how dangerous an object is (reference: the AboutZones page of TIP's help).
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace kaspersky {

/// Grey means "not categorised". Kaspersky writes `Grey`; `Gray` is the same zone.
enum class Zone { red, orange, yellow, grey, green };

inline constexpr std::array all_zones{Zone::red, Zone::orange, Zone::yellow, Zone::grey,
                                      Zone::green};

/// In any letter case, `gray` or `grey`; nothing for other text.
[[nodiscard]] std::optional<Zone> parse_zone(std::string_view text);

/// Lower case: `red`, `orange`, `yellow`, `grey`, `green`.
[[nodiscard]] constexpr std::string_view name_of(Zone zone) {
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
