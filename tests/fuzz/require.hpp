// Assertions of a fuzz target about each input. A failed assertion is a finding.
#pragma once

#include <cstdlib>
#include <string_view>

namespace fuzz {

inline void require(bool holds) {
  if (!holds) std::abort();
}

/// Returns whether the text is one line, not empty and without control characters.
[[nodiscard]] inline bool is_line(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') return false;
  }
  return !text.empty();
}

}  // namespace fuzz
