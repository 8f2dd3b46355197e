// Permissible Actions Protocol markings (what may be done with an object): order, names, and the
// fixed ids of their marking definitions.
//
// ```cpp
// bool may_be_asked_about(std::string_view marking_id) {
//   return stix::pap_of_marking(marking_id).value_or(stix::Pap::clear) < stix::Pap::red;
// }
// ```
#pragma once

#include <optional>
#include <string_view>

#include "export.hpp"

namespace stix OPENCTI_CONNECTOR_PUBLIC {

/// From the least to the most restrictive; PAP:WHITE is the older name of PAP:CLEAR. PAP:AMBER
/// allows a lookup at a third party, which is a passive action; PAP:RED allows no action that is
/// visible outside.
enum class Pap { clear, green, amber, red };

/// `PAP:AMBER` and the like, with or without `PAP:`, in any letter case.
[[nodiscard]] std::optional<Pap> parse_pap(std::string_view text);

/// `PAP:AMBER`: upper case, as OpenCTI spells it.
[[nodiscard]] std::string_view name_of(Pap pap);

/// The id that the marking definition has on every OpenCTI platform.
[[nodiscard]] std::string_view marking_id(Pap pap);

/// The PAP behind a marking-definition id; nothing for other markings.
[[nodiscard]] std::optional<Pap> pap_of_marking(std::string_view id);

}  // namespace stix OPENCTI_CONNECTOR_PUBLIC
