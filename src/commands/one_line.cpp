#include "commands/one_line.hpp"

#include <fmt/format.h>

namespace commands {
namespace {

constexpr unsigned char delete_character = 0x7F;
// U+0080 to U+009F are 0xC2 and the same byte in UTF-8.
constexpr unsigned char lead_of_c1 = 0xC2;
constexpr unsigned char end_of_c1 = 0xA0;

/// A character of C1 begins there.
bool is_c1(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]) == lead_of_c1 && at + 1 < text.size() &&
         static_cast<unsigned char>(text[at + 1]) < end_of_c1;
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
    } else if (is_c1(json, at)) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned char>(json[++at]));
    } else if (static_cast<unsigned char>(c) == delete_character) {
      out += "\\u007f";
    } else {
      in_text = c != '"';
      out += c;
    }
  }
  return out;
}

}  // namespace commands
