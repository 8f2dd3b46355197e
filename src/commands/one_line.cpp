#include "commands/one_line.hpp"

#include <fmt/format.h>

#include <cstdint>

#include "text/hidden.hpp"

namespace commands {
namespace {

/// A character as an escape sequence of JSON.
std::string escaped(char32_t code) {
  constexpr char32_t end_of_plane = 0x10000;
  if (code < end_of_plane) return fmt::format("\\u{:04x}", static_cast<std::uint32_t>(code));
  const auto above = static_cast<std::uint32_t>(code - end_of_plane);
  return fmt::format("\\u{:04x}\\u{:04x}", 0xD800 + (above >> 10U), 0xDC00 + (above & 0x3FFU));
}

}  // namespace

std::string on_one_line(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  bool in_text = false;
  for (std::size_t at = 0; at < json.size(); ++at) {
    const char c = json[at];
    if (!in_text) {
      in_text = c == '"';
      if (c != ' ' && c != '\t' && c != '\r' && c != '\n') out += c;
    } else if (c == '\\' && at + 1 < json.size()) {
      out += c;
      out += json[++at];
    } else if (const auto hidden = text::hidden_first(json.substr(at)); hidden) {
      out += escaped(hidden->code);
      at += hidden->length - 1;
    } else {
      in_text = c != '"';
      out += c;
    }
  }
  return out;
}

}  // namespace commands
