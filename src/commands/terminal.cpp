#include "commands/terminal.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "text/hidden.hpp"

namespace commands {
namespace {

/// Foreground and background, by Style.
struct Codes {
  const char* text;
  const char* badge;
};
constexpr Codes codes[] = {
    {"", "7"},                    // plain
    {"1", "7;1"},                 // bold
    {"2", "7;2"},                 // dim
    {"1;31", "1;97;41"},          // red
    {"38;5;208", "30;48;5;208"},  // orange
    {"33", "30;43"},              // yellow
    {"90", "97;100"},             // grey
    {"32", "30;42"},              // green
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Whether the text has the form of this one, in which 0 is any digit.
bool has_form(std::string_view text, std::string_view form) {
  return std::equal(text.begin(), text.end(), form.begin(), form.end(),
                    [](char c, char wanted) { return wanted == '0' ? is_digit(c) : c == wanted; });
}

bool is_number(std::string_view word) {
  return !word.empty() && is_digit(word.front()) &&
         std::all_of(word.begin(), word.end(), [](char c) { return is_digit(c) || c == ','; });
}

/// Whether the blank at this place is inside a date with its time, or between a number and its
/// unit.
bool is_inside_a_value(std::string_view text, std::size_t blank) {
  auto before = text.substr(0, blank);
  before.remove_prefix(before.rfind(' ') + 1);
  if (before.starts_with('(')) before.remove_prefix(1);
  const auto after = text.substr(blank + 1, text.find(' ', blank + 1) - blank - 1);
  if (has_form(before, "0000-00-00")) return has_form(after, "00:00");
  if (has_form(before, "00:00")) return after.starts_with("UTC");
  return is_number(before) && !after.empty() && after.front() >= 'a' && after.front() <= 'z';
}

/// The last blank up to which the text fits: if possible one of the blanks between two cells of a
/// table, unless most of the line would stay empty, otherwise one that is not inside a value. If
/// the text fits up to no blank, the first one.
std::size_t place_to_break(std::string_view text, std::size_t width) {
  auto last = text.find(' ');
  auto best = std::string_view::npos;
  auto gap = std::string_view::npos;
  for (auto next = last; next != std::string_view::npos && width_of(text.substr(0, next)) <= width;
       next = text.find(' ', next + 1)) {
    last = next;
    if (!is_inside_a_value(text, next)) best = next;
    if (text.substr(next).starts_with("  ") && next * 2 >= width) gap = next;
  }
  if (gap != std::string_view::npos) return gap;
  return best == std::string_view::npos ? last : best;
}

}  // namespace

std::string printable(std::string_view text, std::size_t max_width) {
  std::string out;
  std::size_t width = 0;
  while (!text.empty()) {
    const auto [code, length, valid] = text::first_character(text);
    std::string shown(text.substr(0, length));
    if (!valid) {
      shown = fmt::format("\\x{:02x}", static_cast<unsigned char>(text[0]));
    } else if (text::is_hidden(code)) {
      shown = code <= 0xFF ? fmt::format("\\x{:02x}", static_cast<std::uint32_t>(code))
                           : fmt::format("\\u{:04x}", static_cast<std::uint32_t>(code));
    }
    const auto needed = width_of(shown);
    if (width + needed > max_width || (width + needed == max_width && text.size() > length)) {
      return out + "…";
    }
    width += needed;
    out += shown;
    text.remove_prefix(length);
  }
  return out;
}

std::string printable(std::string_view text) { return printable(text, std::string::npos); }

std::size_t width_of(std::string_view printable_text) {
  std::size_t width = 0;
  for (const char c : printable_text) {
    width += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  }
  return width;
}

std::string padded(std::string text, std::size_t width) {
  const auto used = width_of(text);
  if (used < width) text.append(width - used, ' ');
  return text;
}

std::vector<std::string> wrapped(std::string_view printable_text, std::size_t width) {
  std::vector<std::string> lines;
  auto rest = printable_text;
  while (width_of(rest) > width) {
    const auto end = place_to_break(rest, width);
    const auto next = rest.find_first_not_of(' ', std::min(end, rest.size()));
    if (next == std::string_view::npos) break;
    lines.emplace_back(rest.substr(0, end));
    while (lines.back().ends_with(' ')) lines.back().pop_back();
    rest.remove_prefix(next);
  }
  lines.emplace_back(rest);
  return lines;
}

bool is_terminal(std::FILE* stream) {
  const char* kind = std::getenv("TERM");
  const bool dumb = kind == nullptr || std::string_view(kind) == "dumb";
  return isatty(fileno(stream)) == 1 && !dumb;
}

std::optional<std::size_t> columns_of(std::FILE* stream) {
  winsize size{};
  if (!is_terminal(stream) || ioctl(fileno(stream), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
    return std::nullopt;
  }
  return size.ws_col;
}

Paint Paint::for_stream(std::FILE* stream) {
  const char* unwanted = std::getenv("NO_COLOR");
  return Paint(is_terminal(stream) && (unwanted == nullptr || *unwanted == '\0'));
}

std::string Paint::operator()(Style style, std::string_view text) const {
  const auto* const code = codes[static_cast<std::size_t>(style)].text;
  if (!colours_ || *code == '\0' || text.empty()) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

std::string Paint::badge(Style style, std::string_view text) const {
  if (!colours_) return std::string(text);
  return fmt::format("\x1b[{}m {} \x1b[0m", codes[static_cast<std::size_t>(style)].badge, text);
}

}  // namespace commands
