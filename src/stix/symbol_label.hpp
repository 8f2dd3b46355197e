// Labels of domain names with symbols, such as `❤`: browsers take them (UTS 46), IDNA2008 and so
// libidn2 does not.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace stix {

/// The label in punycode, with `xn--`. Besides symbols it may hold what IDNA2008 takes as it is.
/// @param label UTF-8 in lower case
/// @returns nothing for a label without symbols, or with anything else
[[nodiscard]] std::optional<std::string> symbol_label(std::string_view label);

}  // namespace stix
