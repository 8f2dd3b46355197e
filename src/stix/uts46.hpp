// UTS 46, by which browsers read domain names: all letters of IDNA2008, and symbols and
// punctuation, such as `❤` and `½`. As in browsers, without transitional processing, without STD3
// rules, and with hyphens in any place. The characters are those of libunistring's Unicode. All
// functions are thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace stix {

/// The name as UTS 46 maps it: in lower case, in NFKC but for `ß` and `ς`, without characters that
/// it ignores, and each kind of full stop as `.`.
/// @returns nothing for text that is not UTF-8
[[nodiscard]] std::optional<std::string> uts46_mapped(std::string_view name);

/// The label in ASCII: in punycode, with `xn--`, or unchanged. An unchanged label may hold any
/// ASCII character, and must be checked.
/// @param label mapped, without `.` and NUL
/// @returns nothing for a label with a character beyond ASCII that is longer than 63 characters;
/// that begins with a combining mark or `xn--`; with an unassigned, invisible or control character;
/// with a joiner where letters need none; or with letters from right to left that do not follow the
/// rule of RFC 5893. Also for punycode of such a label, and for text with `xn--` that is none
[[nodiscard]] std::optional<std::string> uts46_label(std::string_view label);

}  // namespace stix
