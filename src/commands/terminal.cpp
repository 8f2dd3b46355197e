#include "commands/terminal.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace commands {
namespace {

struct Character {
  /// Zero if the bytes are not UTF-8; then `length` is one.
  char32_t code = 0;
  std::size_t length = 1;
  bool valid = false;
};

/// The first character of a text that is not empty. Overlong forms, surrogates and code points
/// beyond Unicode are invalid.
Character first_of(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const auto lead = byte(0);
  if (lead < 0x80) return {.code = lead, .length = 1, .valid = true};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return {};
  char32_t code = lead & (0xFFU >> (length + 1));
  for (std::size_t at = 1; at < length; ++at) {
    if ((byte(at) & 0xC0) != 0x80) return {};
    code = code << 6 | (byte(at) & 0x3FU);
  }
  constexpr char32_t least_of[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < least_of[length] || code > 0x10FFFF || surrogate) return {};
  return {.code = code, .length = length, .valid = true};
}

struct Range {
  char32_t first;
  char32_t last;
};

/// Characters that are invisible or control the terminal.
constexpr Range hidden[] = {
    {0x00, 0x1F},     {0x7F, 0x9F},     {0xAD, 0xAD},     {0x061C, 0x061C}, {0x115F, 0x1160},
    {0x180B, 0x180F}, {0x200B, 0x200F}, {0x2028, 0x202E}, {0x2060, 0x206F}, {0x3164, 0x3164},
    {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF}, {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFB}, {0xE0000, 0xE0FFF},
};

bool is_hidden(char32_t code) {
  for (const auto& [first, last] : hidden) {
    if (code >= first && code <= last) return true;
  }
  return false;
}

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

}  // namespace

std::optional<HiddenCharacter> hidden_first(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const auto [code, length, valid] = first_of(text);
  if (!valid || !is_hidden(code)) return std::nullopt;
  return HiddenCharacter{code, length};
}

std::string printable(std::string_view text, std::size_t most) {
  std::string out;
  std::size_t width = 0;
  while (!text.empty()) {
    const auto [code, length, valid] = first_of(text);
    std::string shown(text.substr(0, length));
    if (!valid) {
      shown = fmt::format("\\x{:02x}", static_cast<unsigned char>(text[0]));
    } else if (is_hidden(code)) {
      shown = code <= 0xFF ? fmt::format("\\x{:02x}", static_cast<std::uint32_t>(code))
                           : fmt::format("\\u{:04x}", static_cast<std::uint32_t>(code));
    }
    const auto needed = width_of(shown);
    if (width + needed > most || (width + needed == most && text.size() > length)) {
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
    // The last blank up to which the text fits, otherwise the first blank.
    auto end = rest.find(' ');
    for (auto next = end; next != std::string_view::npos && width_of(rest.substr(0, next)) <= width;
         next = rest.find(' ', next + 1)) {
      end = next;
    }
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
