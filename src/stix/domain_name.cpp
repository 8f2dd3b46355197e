#include "stix/domain_name.hpp"

#include <algorithm>

#include "stix/uts46.hpp"
#include "text/ascii.hpp"

namespace stix {
namespace {

constexpr std::string_view ascii_blanks = " \t\n\v\f\r";
constexpr std::size_t longest_name = 253;
constexpr std::size_t longest_label = 63;
/// A name of 253 bytes is never longer in UTF-8, unless it is filled with characters that the
/// mapping removes.
constexpr std::size_t longest_text = 1024;

std::string_view without_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(ascii_blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(ascii_blanks) - first + 1);
}

/// The name in ASCII. It may hold any ASCII character, and must be checked.
std::optional<std::string> in_ascii(std::string_view text) {
  if (text::is_ascii(text)) return std::string(text);
  // libidn2, which decodes labels, would stop at a NUL.
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  const auto mapped = uts46_mapped(text);
  if (!mapped) return std::nullopt;
  std::string out;
  for (std::string_view rest(*mapped);;) {
    const auto label = rest.substr(0, rest.find('.'));
    const auto made = uts46_label(label);
    if (!made) return std::nullopt;
    out += *made;
    if (label.size() == rest.size()) return out;
    out += '.';
    rest.remove_prefix(label.size() + 1);
  }
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
