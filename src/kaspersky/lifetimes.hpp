// For how long an answer may be used again.
#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>

#include "kaspersky/zone.hpp"

namespace kaspersky {

/// Zero: not at all.
struct Lifetimes {
  /// Of zones that are not named, and of answers without one.
  std::chrono::seconds standard{0};
  std::map<Zone, std::chrono::seconds> zones;
  /// Of "Kaspersky knows nothing about it".
  std::chrono::seconds not_found{0};

  [[nodiscard]] std::chrono::seconds of(std::optional<Zone> zone) const {
    const auto own = zone ? zones.find(*zone) : zones.end();
    return own == zones.end() ? standard : own->second;
  }
  [[nodiscard]] std::chrono::seconds longest() const {
    auto longest = std::max(standard, not_found);
    for (const auto& [zone, lifetime] : zones) longest = std::max(longest, lifetime);
    return longest;
  }

  friend bool operator==(const Lifetimes&, const Lifetimes&) = default;
};

}  // namespace kaspersky
