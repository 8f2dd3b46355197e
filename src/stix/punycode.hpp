// Punycode (RFC 3492): Unicode in the letters of domain names.
#pragma once

#include <string>
#include <string_view>

namespace stix {

/// The label after `xn--`. The text must hold code points up to U+10FFFF, 63 at most.
[[nodiscard]] std::string punycode(std::u32string_view label);

}  // namespace stix
