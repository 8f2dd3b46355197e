// What is written for people: safely, whatever text it is, and in colours where they want them.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace commands {

/// One line that does what it shows: control characters, invisible ones, those that turn the
/// direction of writing, and bytes that are no UTF-8 come out as `\x1b`, `\u202e`.
[[nodiscard]] std::string printable(std::string_view text);

/// The same, and at most `most` characters, with `…` in place of what is left out.
[[nodiscard]] std::string printable(std::string_view text, std::size_t most);

/// How many characters a printable() text takes.
[[nodiscard]] std::size_t width_of(std::string_view printable_text);

/// With blanks behind it, up to this width.
[[nodiscard]] std::string padded(std::string text, std::size_t width);

/// `483,328`
[[nodiscard]] std::string grouped(std::int64_t number);

/// Whether people sit before this stream, and their terminal understands more than lines.
[[nodiscard]] bool is_terminal(std::FILE* stream);

enum class Style { plain, bold, dim, red, orange, yellow, grey, green };

/// Puts text into colours, or does not.
class Paint final {
 public:
  explicit Paint(bool colours) : colours_(colours) {}

  /// In colours on a terminal, unless NO_COLOR is set to anything (no-color.org).
  [[nodiscard]] static Paint for_stream(std::FILE* stream);

  [[nodiscard]] std::string operator()(Style style, std::string_view text) const;
  /// White or black on that colour.
  [[nodiscard]] std::string badge(Style style, std::string_view text) const;

 private:
  bool colours_;
};

}  // namespace commands
