// Traffic Light Protocol markings (who may see an object): order, names, and the fixed ids of their
// marking definitions.
//
// ```cpp
// std::string spelled(std::string_view text) {
//   const auto tlp = stix::parse_tlp(text);
//   return tlp ? std::string(stix::name_of(*tlp)) : std::string();
// }
// ```
#pragma once

#include <optional>
#include <string_view>

#include "export.hpp"

namespace stix OPENCTI_CONNECTOR_PUBLIC {

/// From the least to the most restrictive; TLP:WHITE is the older name of TLP:CLEAR.
enum class Tlp { clear, green, amber, amber_strict, red };

/// `TLP:AMBER+STRICT` and the like, with or without `TLP:`, in any letter case.
[[nodiscard]] std::optional<Tlp> parse_tlp(std::string_view text);

/// `TLP:AMBER+STRICT`: upper case, as OpenCTI spells it.
[[nodiscard]] std::string_view name_of(Tlp tlp);

/// The id that the marking definition has on every platform (STIX 2.1 §4.1.4 and OpenCTI).
[[nodiscard]] std::string_view marking_id(Tlp tlp);

/// The TLP behind a marking-definition id; nothing for other markings.
[[nodiscard]] std::optional<Tlp> tlp_of_marking(std::string_view id);

}  // namespace stix OPENCTI_CONNECTOR_PUBLIC
