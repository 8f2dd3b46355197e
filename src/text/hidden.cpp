#include "text/hidden.hpp"

namespace text {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

constexpr Range hidden[] = {
    {0x00, 0x1F},        // C0
    {0x7F, 0x9F},        // delete, C1
    {0xAD, 0xAD},        // soft hyphen
    {0x061C, 0x061C},    // Arabic letter mark
    {0x115F, 0x1160},    // Hangul fillers
    {0x180B, 0x180F},    // Mongolian selectors and vowel separator
    {0x200B, 0x200F},    // zero width, left-to-right and right-to-left mark
    {0x2028, 0x202E},    // line and paragraph separator, embeddings and overrides
    {0x2060, 0x206F},    // word joiner, isolates
    {0x3164, 0x3164},    // Hangul filler
    {0xFE00, 0xFE0F},    // variation selectors
    {0xFEFF, 0xFEFF},    // byte order mark
    {0xFFA0, 0xFFA0},    // Hangul filler
    {0xFFF0, 0xFFFB},    // interlinear annotation
    {0xE0000, 0xE0FFF},  // tags
};

}  // namespace

Character first_character(std::string_view text) {
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

bool is_hidden(char32_t code) {
  if (code >= 0x20 && code < 0x7F) return false;
  for (const auto& [first, last] : hidden) {
    if (code >= first && code <= last) return true;
  }
  return false;
}

std::optional<Character> hidden_first(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const auto first = first_character(text);
  if (!first.valid || !is_hidden(first.code)) return std::nullopt;
  return first;
}

bool has_hidden_characters(std::string_view text) {
  while (!text.empty()) {
    const auto first = first_character(text);
    if (first.valid && is_hidden(first.code)) return true;
    text.remove_prefix(first.length);
  }
  return false;
}

}  // namespace text
