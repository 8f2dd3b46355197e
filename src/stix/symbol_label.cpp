#include "stix/symbol_label.hpp"

#include <idn2.h>

#include <algorithm>
#include <array>
#include <memory>

#include "stix/punycode.hpp"

namespace stix {
namespace {

constexpr std::size_t most_points = 63;
/// Selects the emoji form of a symbol; UTS 46 ignores it.
constexpr char32_t variation_selector = 0xFE0F;

struct Range {
  char32_t first;
  char32_t last;
};

// Arrows, technical, geometric and other symbols, dingbats, flags and pictographs that UTS 46
// accepts and maps to themselves (status `valid`, `NV8`).
constexpr std::array symbols{
    Range{0x2190, 0x21FF},   Range{0x2300, 0x2328},   Range{0x232B, 0x23FF},
    Range{0x25A0, 0x27BF},   Range{0x2B00, 0x2BFF},   Range{0x1F1E6, 0x1F1FF},
    Range{0x1F300, 0x1F64F}, Range{0x1F680, 0x1F6FF}, Range{0x1F7E0, 0x1F7EB},
    Range{0x1F900, 0x1F9FF}, Range{0x1FA70, 0x1FAFF},
};

bool is_symbol(char32_t point) {
  return std::any_of(symbols.begin(), symbols.end(), [&](const Range& range) {
    return range.first <= point && point <= range.last;
  });
}

struct Character {
  char32_t point;
  std::size_t bytes;
};

/// The first character of a text; nothing when it is not UTF-8.
std::optional<Character> first_of(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const std::size_t bytes = byte(0) < 0x80 ? 1 : byte(0) < 0xE0 ? 2 : byte(0) < 0xF0 ? 3 : 4;
  if ((byte(0) & 0xC0) == 0x80 || byte(0) > 0xF4 || text.size() < bytes) return std::nullopt;
  char32_t point = bytes == 1 ? byte(0) : byte(0) & (0x7F >> bytes);
  for (std::size_t at = 1; at < bytes; ++at) {
    if ((byte(at) & 0xC0) != 0x80) return std::nullopt;
    point = (point << 6) | (byte(at) & 0x3F);
  }
  return Character{point, bytes};
}

using Converted = std::unique_ptr<char, decltype(&idn2_free)>;

/// Whether IDNA2008 accepts the text, and decodes it to the same text.
bool stays_itself(const std::string& text) {
  constexpr int flags = IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT;
  char* converted = nullptr;
  if (idn2_to_ascii_8z(text.c_str(), &converted, flags) != IDN2_OK) return false;
  const Converted ascii(converted, &idn2_free);
  char* read = nullptr;
  if (idn2_to_unicode_8z8z(ascii.get(), &read, 0) != IDN2_OK) return false;
  return Converted(read, &idn2_free).get() == text;
}

}  // namespace

std::optional<std::string> symbol_label(std::string_view label) {
  std::u32string points;
  std::string others;
  while (!label.empty()) {
    const auto next = first_of(label);
    if (!next || next->point == 0 || points.size() == most_points) return std::nullopt;
    if (next->point != variation_selector) {
      points += next->point;
      if (!is_symbol(next->point)) others += label.substr(0, next->bytes);
    }
    label.remove_prefix(next->bytes);
  }
  const bool ascii =
      std::all_of(others.begin(), others.end(), [](unsigned char c) { return c < 0x80; });
  const bool has_symbol =
      std::any_of(points.begin(), points.end(), [](char32_t point) { return is_symbol(point); });
  if (!has_symbol || (!ascii && !stays_itself(others))) return std::nullopt;
  return "xn--" + punycode(points);
}

}  // namespace stix
