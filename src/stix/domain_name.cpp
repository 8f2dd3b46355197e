#include "stix/domain_name.hpp"

#include <idn2.h>

#include <algorithm>
#include <cctype>
#include <memory>

#include "stix/normalization.hpp"
#include "stix/symbol_label.hpp"
#include "text/ascii.hpp"

namespace stix {
namespace {

constexpr std::string_view blanks = " \t\n\v\f\r";
constexpr std::size_t longest_name = 253;
constexpr std::size_t longest_label = 63;
/// A name of 253 bytes is never longer in UTF-8, unless it is filled with characters that the
/// mapping removes.
constexpr std::size_t longest_text = 1024;

std::string_view without_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x80; });
}

/// The name in punycode, by IDNA2008.
std::optional<std::string> converted(const std::string& name) {
  char* made = nullptr;
  const auto result = idn2_to_ascii_8z(name.c_str(), &made, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
  const std::unique_ptr<char, decltype(&idn2_free)> owner(made, &idn2_free);
  if (result != IDN2_OK) return std::nullopt;
  return std::string(made);
}

/// The same label by label; at least one label has symbols.
std::optional<std::string> converted_with_symbols(const std::string& name) {
  std::string out;
  bool symbols = false;
  const auto lower = normalized(name);
  for (std::string_view rest(lower);;) {
    const std::string label(rest.substr(0, rest.find('.')));
    auto made = label.empty() ? std::optional(label) : converted(label);
    if (!made) {
      made = symbol_label(label);
      symbols = true;
    }
    if (!made) return std::nullopt;
    out += *made;
    if (label.size() == rest.size()) break;
    out += '.';
    rest.remove_prefix(label.size() + 1);
  }
  if (!symbols) return std::nullopt;
  return out;
}

/// The name in ASCII. It may hold any ASCII character, and must be checked.
std::optional<std::string> in_ascii(std::string_view text) {
  std::string name(text);
  if (is_ascii(name)) return name;
  // libidn2 would stop at a NUL. Its STD3 rules would remove forbidden characters, also `_`.
  if (name.find('\0') != std::string::npos) return std::nullopt;
  if (auto made = converted(name)) return made;
  return converted_with_symbols(name);
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= longest_label &&
         label.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") ==
             std::string_view::npos;
}

/// Whether browsers read the label as the last part of an IPv4 address; WHATWG URL, "ends in a
/// number".
bool is_number(std::string_view label) {
  if (!label.starts_with("0x")) {
    return label.find_first_not_of("0123456789") == std::string_view::npos;
  }
  return label.find_first_not_of("0123456789abcdef", 2) == std::string_view::npos;
}

bool is_canonical(std::string_view name) {
  if (name.size() > longest_name || name.starts_with('-')) return false;
  const bool single = name.find('.') == std::string_view::npos;
  for (;;) {
    const auto label = name.substr(0, name.find('.'));
    if (!is_label(label)) return false;
    if (label.size() == name.size()) return !is_number(label) && (single || label.size() > 1);
    name.remove_prefix(label.size() + 1);
  }
}

}  // namespace

std::optional<std::string> canonical_domain(std::string_view text) {
  text = without_blanks(text);
  if (text.size() > longest_text) return std::nullopt;
  auto name = in_ascii(text);
  if (!name) return std::nullopt;
  if (name->ends_with('.')) name->pop_back();
  name = text::lower_case(*name);
  if (!is_canonical(*name)) return std::nullopt;
  return name;
}

bool is_single_label(std::string_view canonical) {
  return canonical.find('.') == std::string_view::npos;
}

}  // namespace stix
