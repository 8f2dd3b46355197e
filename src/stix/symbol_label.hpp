// Labels of domain names with symbols, such as `❤`: browsers accept them (UTS 46), but IDNA2008,
// and therefore libidn2, does not.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace stix {

/// The label in punycode, with `xn--`. Apart from symbols it may contain characters that IDNA2008
/// accepts unchanged.
/// @param label UTF-8 in lower case
/// @returns nothing for a label without symbols, or with other characters
[[nodiscard]] std::optional<std::string> symbol_label(std::string_view label);

}  // namespace stix
