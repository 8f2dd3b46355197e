// Punycode (RFC 3492): Unicode in the letters of domain names.
#pragma once

#include <string>
#include <string_view>

namespace stix {

/// The part of the label after `xn--`. The label has maximum 63 code points, up to U+10FFFF.
[[nodiscard]] std::string punycode(std::u32string_view label);

}  // namespace stix
