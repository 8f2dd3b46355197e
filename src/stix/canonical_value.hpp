// Values of observables in the canonical form in which they are sent. Thread-safe.
//
// ```cpp
// bool is_same_address(std::string_view one, std::string_view other) {
//   const auto first = stix::canonical_value("ipv6-addr", one);
//   return first && first == stix::canonical_value("ipv6-addr", other);
// }
// ```
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "export.hpp"

namespace stix OPENCTI_CONNECTOR_PUBLIC {

struct CanonicalValue {
  /// STIX type, a literal.
  std::string_view type;
  std::string value;

  bool operator==(const CanonicalValue&) const = default;
};

/// The canonical spelling of an address, a domain, a host name or a URL. For `ipv4-addr` and
/// `ipv6-addr` the type of the result follows from the address.
/// @returns nothing for other types, and for a value that the platform would reject or that does
/// not name a single object (a range, a wildcard, a domain without a dot)
[[nodiscard]] std::optional<CanonicalValue> canonical_value(std::string_view type,
                                                            std::string_view value);

}  // namespace stix OPENCTI_CONNECTOR_PUBLIC
