// The common part of TLP and PAP: levels with a name and a fixed id, from the least to the most
// restrictive.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace stix {

struct MarkingLevel {
  /// As OpenCTI spells it, with its protocol: `TLP:AMBER+STRICT`.
  std::string_view name;
  /// The id of the marking definition, the same on every platform.
  std::string_view id;
};

/// The index of the level with this name: in any letter case, with or without the protocol as a
/// prefix; `WHITE` is the older name of `CLEAR` in both protocols.
[[nodiscard]] std::optional<std::size_t> level_named(std::span<const MarkingLevel> levels,
                                                     std::string_view text);

/// The index of the level with this id.
[[nodiscard]] std::optional<std::size_t> level_with_id(std::span<const MarkingLevel> levels,
                                                       std::string_view id);

/// The levels of one protocol, in the order of its enumerators.
template <class Level, std::size_t N>
struct MarkingScale {
  std::array<MarkingLevel, N> levels;

  [[nodiscard]] std::optional<Level> named(std::string_view text) const {
    return at(level_named(levels, text));
  }
  [[nodiscard]] std::optional<Level> with_id(std::string_view id) const {
    return at(level_with_id(levels, id));
  }
  [[nodiscard]] const MarkingLevel& of(Level level) const {
    return levels.at(static_cast<std::size_t>(level));
  }

 private:
  static std::optional<Level> at(std::optional<std::size_t> place) {
    if (!place) return std::nullopt;
    return static_cast<Level>(*place);
  }
};

}  // namespace stix
