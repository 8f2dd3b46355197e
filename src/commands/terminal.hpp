// Output for people: untrusted text is made safe, and colours are optional.
#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace commands {

/// The text on one safe line: control characters, invisible characters, direction marks and invalid
/// UTF-8 are written as `\x1b`, `\u202e`.
[[nodiscard]] std::string printable(std::string_view text);

/// The same, maximum `max_width` characters; `…` replaces the rest.
[[nodiscard]] std::string printable(std::string_view text, std::size_t max_width);

/// The number of characters of a printable() text.
[[nodiscard]] std::size_t width_of(std::string_view printable_text);

/// The text, filled with blanks up to this width.
[[nodiscard]] std::string padded(std::string text, std::size_t width);

/// A printable() text in lines of maximum `width` characters, broken only at blanks: a longer word
/// is not broken, so that it can be copied. A date stays with its time, and a number with its unit,
/// if both fit on one line. There is at least one line.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view printable_text, std::size_t width);

/// Whether this stream is a terminal, and not a `dumb` one.
[[nodiscard]] bool is_terminal(std::FILE* stream);

/// The width of this stream's terminal in characters; nothing if there is none, or the width is not
/// known.
[[nodiscard]] std::optional<std::size_t> columns_of(std::FILE* stream);

enum class Style { plain, bold, dim, red, orange, yellow, grey, green };

/// Adds colours to text, if enabled.
class Paint final {
 public:
  explicit Paint(bool colours) : colours_(colours) {}

  /// With colours on a terminal, unless NO_COLOR is set (no-color.org).
  [[nodiscard]] static Paint for_stream(std::FILE* stream);

  [[nodiscard]] std::string operator()(Style style, std::string_view text) const;
  /// White or black text on that colour.
  [[nodiscard]] std::string badge(Style style, std::string_view text) const;

 private:
  bool colours_;
};

}  // namespace commands
