// Characters that can make text look like other text: they control a terminal, change the direction
// of writing, have no width, or end a line.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace text {

/// The first character of a text in UTF-8.
struct Character {
  /// Zero if the bytes are not UTF-8; then `length` is one.
  char32_t code = 0;
  /// In bytes.
  std::size_t length = 1;
  bool valid = false;
};
/// Overlong forms, surrogates and code points beyond Unicode are invalid.
/// @pre the text is not empty
[[nodiscard]] Character first_character(std::string_view text);

/// Whether it is a control character, a direction mark, or invisible.
[[nodiscard]] bool is_hidden(char32_t code);

/// The hidden character that the text begins with; nothing if it begins with another character or
/// with invalid UTF-8.
[[nodiscard]] std::optional<Character> hidden_first(std::string_view text);

[[nodiscard]] bool has_hidden_characters(std::string_view text);

}  // namespace text
