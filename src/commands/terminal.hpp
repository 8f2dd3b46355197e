// What is written for people: safely, whatever text it is, and in colours where they want them.
#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace commands {

/// A character that does something, or nothing that can be seen: controls, direction marks, what
/// has no width, separators of lines.
struct HiddenCharacter {
  char32_t code;
  /// In bytes of UTF-8.
  std::size_t length;
};
/// The one that the text begins with; nothing where it begins with another, or not with UTF-8.
[[nodiscard]] std::optional<HiddenCharacter> hidden_first(std::string_view text);

/// One line that does what it shows: control characters, invisible ones, those that turn the
/// direction of writing, and bytes that are no UTF-8 come out as `\x1b`, `\u202e`.
[[nodiscard]] std::string printable(std::string_view text);

/// The same, and at most `most` characters, with `…` in place of what is left out.
[[nodiscard]] std::string printable(std::string_view text, std::size_t most);

/// How many characters a printable() text takes.
[[nodiscard]] std::size_t width_of(std::string_view printable_text);

/// With blanks behind it, up to this width.
[[nodiscard]] std::string padded(std::string text, std::size_t width);

/// A printable() text in lines of at most `width` characters, broken at blanks alone: a longer word
/// stays whole, so that it can be copied. There is at least one line.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view printable_text, std::size_t width);

/// Whether people sit before this stream, and their terminal understands more than lines.
[[nodiscard]] bool is_terminal(std::FILE* stream);

/// How many characters fit on a line of the terminal behind this stream; nothing where there is
/// none, or it does not tell.
[[nodiscard]] std::optional<std::size_t> columns_of(std::FILE* stream);

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
