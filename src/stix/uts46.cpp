#include "stix/uts46.hpp"

#include <idn2.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <new>
#include <vector>

#include "stix/punycode.hpp"
#include "text/ascii.hpp"

namespace stix {
namespace {

/// As libunistring has it.
using Points = std::vector<std::uint32_t>;

constexpr std::size_t max_points = 63;
constexpr std::uint32_t first_beyond_ascii = 0x80;
constexpr std::uint32_t replacement = 0xFFFD;
constexpr std::u32string_view full_stops = U".\u3002\uFF0E\uFF61";
/// UTS 46 maps `ß` and `ς` in transitional processing only.
constexpr std::u32string_view kept = U"\u00DF\u03C2";
/// Since Unicode 15.1 the capital letter of `ß` is mapped to it, and not to `ss`.
constexpr std::uint32_t capital_sharp_s = 0x1E9E;
constexpr std::uint32_t sharp_s = 0xDF;
constexpr std::uint32_t zero_width_non_joiner = 0x200C;
constexpr std::string_view encoded_prefix = "xn--";
/// Characters that describe ideographs, and those that replace an object or a character.
constexpr std::u32string_view excluded =
    U"\u2FF0\u2FF1\u2FF2\u2FF3\u2FF4\u2FF5\u2FF6\u2FF7\u2FF8\u2FF9\u2FFA\u2FFB\u2FFC\u2FFD\u2FFE"
    U"\u2FFF\u31EF\uFFFC\uFFFD";

bool is_one_of(std::u32string_view characters, std::uint32_t point) {
  return characters.find(static_cast<char32_t>(point)) != std::u32string_view::npos;
}

/// Such as the soft hyphen, invisible spaces and operators, and variation selectors; none that
/// changes the direction of text, and no tag.
bool is_ignored(std::uint32_t point) {
  constexpr std::uint32_t last_tag = 0xE007F;
  constexpr std::uint32_t first_tag = 0xE0000;
  return uc_is_property_default_ignorable_code_point(point) &&
         !uc_is_general_category_withtable(point, UC_CATEGORY_MASK_Cn) &&
         !uc_is_property_bidi_control(point) && !uc_is_property_join_control(point) &&
         !(first_tag <= point && point <= last_tag);
}

struct Freed {
  void operator()(void* memory) const { std::free(memory); }
};

/// What libunistring allocated. @throws std::bad_alloc
template <class Unit>
std::vector<Unit> taken(Unit* made, std::size_t size) {
  const std::unique_ptr<Unit, Freed> owner(made);
  if (made == nullptr) throw std::bad_alloc();
  return {made, made + size};
}

Points folded(const Points& text) {
  std::size_t size = 0;
  auto* const made = u32_casefold(text.data(), text.size(), nullptr, UNINORM_NFKC, nullptr, &size);
  return taken(made, size);
}

Points composed(const Points& text) {
  std::size_t size = 0;
  auto* const made = u32_normalize(UNINORM_NFC, text.data(), text.size(), nullptr, &size);
  return taken(made, size);
}

bool is_full_stop(std::uint32_t point) { return is_one_of(full_stops, point); }

/// NFKC_Casefold, for one character. One with a full stop in it, such as `⒈`, becomes the
/// replacement character, since UTS 46 accepts none.
Points mapped(std::uint32_t point) {
  if (is_one_of(kept, point)) return {point};
  if (point == capital_sharp_s) return {sharp_s};
  if (is_full_stop(point)) return {'.'};
  // A compatibility character of capital letters needs a second time.
  auto out = folded(folded({point}));
  if (std::any_of(out.begin(), out.end(), is_full_stop)) return {replacement};
  return out;
}

std::optional<Points> points_of(std::string_view text) {
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  if (text.empty()) return Points();
  if (u8_check(bytes, text.size()) != nullptr) return std::nullopt;
  std::size_t size = 0;
  auto* const made = u8_to_u32(bytes, text.size(), nullptr, &size);
  return taken(made, size);
}

std::string utf8_of(const Points& points) {
  if (points.empty()) return {};
  std::size_t size = 0;
  auto* const made = u32_to_u8(points.data(), points.size(), nullptr, &size);
  const auto bytes = taken(made, size);
  return {bytes.begin(), bytes.end()};
}

bool is_in_ascii(std::uint32_t point) {
  return (U'a' <= point && point <= U'z') || (U'0' <= point && point <= U'9') || point == '-' ||
         point == '_';
}

/// Alone; joiners depend on their neighbours.
bool is_valid(std::uint32_t point) {
  if (point < first_beyond_ascii) return is_in_ascii(point);
  // Others: control, format and private characters, surrogates, unassigned.
  constexpr std::uint32_t rejected = UC_CATEGORY_MASK_C | UC_CATEGORY_MASK_Z;
  return !uc_is_general_category_withtable(point, rejected) &&
         !uc_is_property_default_ignorable_code_point(point) && !is_one_of(excluded, point);
}

/// RFC 5892, appendix A: after a virama, or between letters that it keeps from joining.
bool is_allowed_joiner(const Points& label, std::size_t at) {
  if (at == 0) return false;
  if (uc_combining_class(label[at - 1]) == UC_CCC_VR) return true;
  if (label[at] != zero_width_non_joiner) return false;
  const auto is_shown = [](std::uint32_t point) {
    return uc_joining_type(point) != UC_JOINING_TYPE_T;
  };
  const auto middle = label.begin() + static_cast<std::ptrdiff_t>(at);
  const auto before = std::find_if(std::make_reverse_iterator(middle), label.rend(), is_shown);
  const auto after = std::find_if(middle + 1, label.end(), is_shown);
  if (before == label.rend() || after == label.end()) return false;
  const auto left = uc_joining_type(*before);
  const auto right = uc_joining_type(*after);
  return (left == UC_JOINING_TYPE_L || left == UC_JOINING_TYPE_D) &&
         (right == UC_JOINING_TYPE_R || right == UC_JOINING_TYPE_D);
}

bool are_valid(const Points& label) {
  for (std::size_t at = 0; at < label.size(); ++at) {
    const bool valid =
        uc_is_property_join_control(label[at]) ? is_allowed_joiner(label, at) : is_valid(label[at]);
    if (!valid) return false;
  }
  return true;
}

bool runs_to_the_left(std::uint32_t point) {
  const auto direction = uc_bidi_category(point);
  return direction == UC_BIDI_R || direction == UC_BIDI_AL || direction == UC_BIDI_AN;
}

/// RFC 5893, section 2, of one label: whether it is displayed in one order only.
bool has_one_direction(const Points& label) {
  if (std::none_of(label.begin(), label.end(), runs_to_the_left)) return true;
  int last = uc_bidi_category(label.front());
  if (last != UC_BIDI_R && last != UC_BIDI_AL) return false;
  bool european = false;
  bool arabic = false;
  for (const auto point : label) {
    const int direction = uc_bidi_category(point);
    switch (direction) {
      case UC_BIDI_EN:
        european = true;
        break;
      case UC_BIDI_AN:
        arabic = true;
        break;
      case UC_BIDI_R:
      case UC_BIDI_AL:
      case UC_BIDI_ES:
      case UC_BIDI_CS:
      case UC_BIDI_ET:
      case UC_BIDI_ON:
      case UC_BIDI_BN:
        break;
      case UC_BIDI_NSM:
        continue;
      default:
        return false;
    }
    last = direction;
  }
  return !(european && arabic) &&
         (last == UC_BIDI_R || last == UC_BIDI_AL || last == UC_BIDI_EN || last == UC_BIDI_AN);
}

/// The label has a character beyond ASCII.
std::optional<std::string> encoded(std::string_view label) {
  const auto read = points_of(label);
  if (!read || read->size() > max_points) return std::nullopt;
  const auto& points = *read;
  if (label.starts_with(encoded_prefix) || !are_valid(points) || !has_one_direction(points) ||
      uc_is_general_category_withtable(points.front(), UC_CATEGORY_MASK_M)) {
    return std::nullopt;
  }
  return std::string(encoded_prefix) + punycode(std::u32string(points.begin(), points.end()));
}

/// The label in Unicode, if it is in ASCII with `xn--`.
std::optional<std::string> decoded(const std::string& label) {
  char* made = nullptr;
  const auto result = idn2_to_unicode_8z8z(label.c_str(), &made, 0);
  const std::unique_ptr<char, decltype(&idn2_free)> owner(made, &idn2_free);
  if (result != IDN2_OK) return std::nullopt;
  return std::string(made);
}

}  // namespace

std::optional<std::string> uts46_mapped(std::string_view name) {
  const auto points = points_of(name);
  if (!points) return std::nullopt;
  Points out;
  for (const auto point : *points) {
    if (is_ignored(point)) continue;
    const auto each = mapped(point);
    out.insert(out.end(), each.begin(), each.end());
  }
  if (out.empty()) return std::string();
  return utf8_of(composed(out));
}

std::optional<std::string> uts46_label(std::string_view label) {
  if (!text::is_ascii(label)) return encoded(label);
  if (!label.starts_with(encoded_prefix)) return std::string(label);
  const auto name = decoded(std::string(label));
  if (!name || text::is_ascii(*name) || uts46_mapped(*name) != name || encoded(*name) != label) {
    return std::nullopt;
  }
  return std::string(label);
}

}  // namespace stix
