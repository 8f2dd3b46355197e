// Small operations on UTF-8 text.
#pragma once

#include <string>
#include <string_view>

#include "text/ascii.hpp"

namespace text {

/// Characters (code points), not bytes.
[[nodiscard]] inline std::size_t length_of(std::string_view utf8) {
  std::size_t length = 0;
  for (const char c : utf8) length += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  return length;
}

/// Whether file systems allow the text as the name of a file.
[[nodiscard]] inline bool is_file_name(std::string_view name) {
  constexpr std::size_t longest_name = 255;
  return length_of(name) <= longest_name && !text::has_control_characters(name);
}

/// Maximum `max_bytes` bytes, cut between UTF-8 characters; "..." replaces the rest.
[[nodiscard]] inline std::string shortened(std::string_view text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return std::string(text);
  auto end = max_bytes - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "...";
}

}  // namespace text
