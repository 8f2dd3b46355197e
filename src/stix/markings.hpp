// The strictest markings of an object.
//
// ```cpp
// bool is_for_all(const stix::Observable& observable) {
//   const auto markings = stix::strictest(observable.marking_refs);
//   return markings.tlp.value_or(stix::Tlp::clear) == stix::Tlp::clear;
// }
// ```
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "export.hpp"
#include "stix/pap.hpp"
#include "stix/tlp.hpp"

namespace stix OPENCTI_CONNECTOR_PUBLIC {

/// The level by each protocol; empty if no marking belongs to that protocol.
struct Markings {
  std::optional<Tlp> tlp;
  std::optional<Pap> pap;

  bool operator==(const Markings&) const = default;
};

/// The stricter level of two; a missing one is the least strict.
template <class Level>
[[nodiscard]] std::optional<Level> stricter(std::optional<Level> a, std::optional<Level> b) {
  return std::max(a, b);
}

/// The most restrictive level of each protocol among these marking definitions.
[[nodiscard]] inline Markings strictest(const std::vector<std::string>& marking_ids) {
  Markings found;
  for (const auto& id : marking_ids) {
    found.tlp = stricter(found.tlp, tlp_of_marking(id));
    found.pap = stricter(found.pap, pap_of_marking(id));
  }
  return found;
}

}  // namespace stix OPENCTI_CONNECTOR_PUBLIC
