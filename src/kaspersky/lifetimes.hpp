// Cache lifetimes of answers.
#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>

#include "kaspersky/zone.hpp"

namespace kaspersky {

/// Zero: the answer is not cached.
struct Lifetimes {
  /// For zones that are not in `zones`, and for answers without a zone.
  std::chrono::seconds default_lifetime{0};
  std::map<Zone, std::chrono::seconds> zones;
  /// For `not_found`.
  std::chrono::seconds not_found{0};

  [[nodiscard]] std::chrono::seconds of(std::optional<Zone> zone) const {
    const auto own = zone ? zones.find(*zone) : zones.end();
    return own == zones.end() ? default_lifetime : own->second;
  }
  [[nodiscard]] std::chrono::seconds longest() const {
    auto longest = std::max(default_lifetime, not_found);
    for (const auto& [zone, lifetime] : zones) longest = std::max(longest, lifetime);
    return longest;
  }

  friend bool operator==(const Lifetimes&, const Lifetimes&) = default;
};

}  // namespace kaspersky
