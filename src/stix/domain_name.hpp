// Domain names: one spelling for each, the one that DNS, OpenCTI and Kaspersky share.
// All functions are thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace stix {

/// Without outer ASCII blanks and one trailing dot, in lower case; names with letters beyond ASCII
/// in punycode, mapped by UTS 46 without its transitional part (`faß.de` stays apart from
/// `fass.de`). Canonical names come back unchanged.
///
/// The result has labels of 1 to 63 letters, digits, `-` and `_`, and 253 bytes at most; it does
/// not begin with `-`, and the last of several labels has two bytes: a platform accepts such a name
/// once it has two labels. Nothing for all else, be it an IP address, a wildcard, or a name with a
/// scheme or a port; nor for a last label that is a decimal or hexadecimal number, since browsers
/// read such a name as an IPv4 address. Labels in ASCII are taken as they are, `xn--` or not; other
/// names have to satisfy IDNA2008, but for symbols, which browsers take and it does not
/// (`❤.example`).
[[nodiscard]] std::optional<std::string> canonical_domain(std::string_view text);

/// `localhost` and the like: a name that means something inside one network only.
[[nodiscard]] bool is_single_label(std::string_view canonical);

}  // namespace stix
