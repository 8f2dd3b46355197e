// Domain names in one canonical form, which DNS, OpenCTI and Kaspersky share. All functions are
// thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace stix {

/// Without outer ASCII blanks and one trailing dot, in lower case; names with letters beyond ASCII
/// in punycode, mapped by UTS 46 without transitional processing (`faß.de` and `fass.de` remain
/// different). Canonical names are returned unchanged.
///
/// The result has labels of 1 to 63 letters, digits, `-` and `_`, and maximum 253 bytes; it does
/// not begin with `-`, and the last of several labels has at least two bytes: the platform accepts
/// such a name if it has two labels. Returns nothing for any other text, such as an IP address, a
/// wildcard, or a name with a scheme or a port; also for a last label that is a decimal or
/// hexadecimal number, because browsers read such a name as an IPv4 address. ASCII labels are not
/// changed, with or without `xn--`; in a name with letters beyond ASCII `xn--` must be punycode.
/// Other labels must satisfy UTS 46 as in browsers (`❤.example`), each on its own.
[[nodiscard]] std::optional<std::string> canonical_domain(std::string_view text);

/// Whether the name has no dot, as `localhost`: it has a meaning inside one network only.
[[nodiscard]] bool is_single_label(std::string_view canonical);

}  // namespace stix
