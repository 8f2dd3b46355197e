// What the two protocols of markings have in common: levels with a name and a fixed id, from the
// least to the most restrictive.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace stix {

struct MarkingLevel {
  /// As OpenCTI spells it, with its protocol: `TLP:AMBER+STRICT`.
  std::string_view name;
  /// Of the marking definition, the same on every platform.
  std::string_view id;
};

/// The place of the level with this name: in any letter case, with or without the protocol before
/// it; `WHITE` is the older name of `CLEAR` in both.
[[nodiscard]] std::optional<std::size_t> level_named(std::span<const MarkingLevel> levels,
                                                     std::string_view text);

/// The place of the level with this id.
[[nodiscard]] std::optional<std::size_t> level_with_id(std::span<const MarkingLevel> levels,
                                                       std::string_view id);

}  // namespace stix
