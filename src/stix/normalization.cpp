#include "stix/normalization.hpp"

#include <locale.h>
#include <wctype.h>

#include <array>
#include <climits>
#include <cwchar>

namespace stix {
namespace {

// ECMAScript's WhiteSpace and LineTerminator, in UTF-8.
constexpr std::array<std::string_view, 25> blanks{
    " ",      "\t",     "\n",     "\v",     "\f",     "\r",     "\u00a0", "\u1680", "\u2000",
    "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009",
    "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000", "\ufeff"};

/// An ASCII character that is not a blank, with which nearly all texts begin and end.
bool is_plain(char c) { return c > ' ' && static_cast<unsigned char>(c) < 0x80; }

/// The length in bytes of the blank that the text begins with; zero if it begins with another
/// character.
std::size_t leading_blank(std::string_view text) {
  if (text.empty() || is_plain(text.front())) return 0;
  for (const auto blank : blanks) {
    if (text.starts_with(blank)) return blank.size();
  }
  return 0;
}

/// The length in bytes of the blank that the text ends with; zero if it ends with another
/// character.
std::size_t trailing_blank(std::string_view text) {
  if (text.empty() || is_plain(text.back())) return 0;
  for (const auto blank : blanks) {
    if (text.ends_with(blank)) return blank.size();
  }
  return 0;
}

/// Sets a UTF-8 locale for the calling thread, independent of the locale of the process.
class Utf8Scope final {
 public:
  Utf8Scope() : previous_(uselocale(utf8())) {}
  ~Utf8Scope() { uselocale(previous_); }
  Utf8Scope(const Utf8Scope&) = delete;
  Utf8Scope& operator=(const Utf8Scope&) = delete;

 private:
  static locale_t utf8() {
    static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return locale;
  }

  locale_t previous_;
};

}  // namespace

std::string_view trimmed(std::string_view text) {
  while (const auto size = leading_blank(text)) text.remove_prefix(size);
  while (const auto size = trailing_blank(text)) text.remove_suffix(size);
  return text;
}

std::string normalized(std::string_view text) {
  const Utf8Scope utf8;
  std::string out;
  for (auto rest = trimmed(text); !rest.empty();) {
    std::mbstate_t state{};
    wchar_t letter = 0;
    const auto length = std::mbrtowc(&letter, rest.data(), rest.size(), &state);
    if (length == 0 || length > rest.size()) {  // a NUL, or not a character
      out += rest.front();
      rest.remove_prefix(1);
      continue;
    }
    std::array<char, MB_LEN_MAX> bytes{};
    const auto lower = static_cast<wchar_t>(towlower(static_cast<wint_t>(letter)));
    state = {};
    out.append(bytes.data(), std::wcrtomb(bytes.data(), lower, &state));
    rest.remove_prefix(length);
  }
  return out;
}

}  // namespace stix
