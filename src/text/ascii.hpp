// ASCII text: protocol words, hexadecimal digits, names of settings. Other bytes stay unchanged.
// For letters of Unicode see stix/normalization.hpp.
//
// ```cpp
// bool is_sha256(std::string_view written) { return text::is_hex(text::trimmed(written), 64); }
// ```
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "export.hpp"

namespace text OPENCTI_CONNECTOR_PUBLIC {

[[nodiscard]] constexpr char lower_case(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
[[nodiscard]] constexpr char upper_case(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

[[nodiscard]] inline std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower_case(c);
  return out;
}
[[nodiscard]] inline std::string upper_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = upper_case(c);
  return out;
}

[[nodiscard]] constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower_case(x) == lower_case(y); });
}

inline constexpr std::string_view hex_digits = "0123456789abcdefABCDEF";

/// Whether `text` is `length` hexadecimal digits.
[[nodiscard]] constexpr bool is_hex(std::string_view text, std::size_t length) {
  return text.size() == length && text.find_first_not_of(hex_digits) == std::string_view::npos;
}

/// Without spaces, tabs and line breaks at both ends.
[[nodiscard]] constexpr std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

[[nodiscard]] constexpr bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Control characters of ASCII.
[[nodiscard]] constexpr bool has_control_characters(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
}

}  // namespace text OPENCTI_CONNECTOR_PUBLIC
