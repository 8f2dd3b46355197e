#include "stix/web_address.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>

#include "stix/domain_name.hpp"
#include "stix/ip_address.hpp"
#include "stix/normalization.hpp"
#include "text/ascii.hpp"

namespace stix {
namespace {

constexpr std::size_t longest_address = 65536;
constexpr std::string_view after_scheme = "://";
constexpr std::string_view scheme_characters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+.-";
constexpr auto letters = scheme_characters.substr(0, 52);

bool is_control(unsigned char c) { return c < 0x20 || c == 0x7f; }

bool is_utf8(std::string_view text) {
  if (text::is_ascii(text)) return true;
  try {
    (void)nlohmann::json(text).dump();
    return true;
  } catch (const nlohmann::json::type_error&) {
    return false;
  }
}

/// Empty if there is none. A `:` alone is not enough: `example.com:8080/x` has a port.
std::string_view scheme_of(std::string_view text) {
  const auto scheme = text.substr(0, text.find(after_scheme));
  if (scheme.size() == text.size() || scheme.find_first_of(letters) != 0) return {};
  if (scheme.find_first_not_of(scheme_characters) != std::string_view::npos) return {};
  return scheme;
}

/// `:80`; the text is not empty.
bool is_port(std::string_view text) {
  if (text.front() != ':') return false;
  std::uint16_t number = 0;
  const auto* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + 1, end, number);
  return read.ec == std::errc() && read.ptr == end && number != 0;
}

std::optional<std::string> canonical_host(std::string_view text, bool bracketed) {
  const auto ip = parse_ip(text);
  if (ip && ip->v6 == bracketed) return to_string(*ip);
  if (bracketed) return std::nullopt;
  return canonical_domain(text);
}

struct Authority {
  std::string text;
  std::string host;
};

std::optional<Authority> canonical_authority(std::string_view text) {
  if (text.find_first_of("\\ ") != std::string_view::npos) return std::nullopt;
  // A password may hold an `@`; a host cannot.
  if (const auto at = text.rfind('@'); at != std::string_view::npos) text.remove_prefix(at + 1);

  const bool bracketed = text.starts_with('[');
  if (bracketed) text.remove_prefix(1);
  const auto name = text.substr(0, text.find(bracketed ? ']' : ':'));
  text.remove_prefix(name.size());
  if (bracketed) {
    if (text.empty()) return std::nullopt;
    text.remove_prefix(1);
  }
  if (!text.empty() && !is_port(text)) return std::nullopt;

  auto host = canonical_host(name, bracketed);
  if (!host) return std::nullopt;
  auto out = bracketed ? '[' + *host + ']' : *host;
  return Authority{out.append(text), std::move(*host)};
}

}  // namespace

std::optional<WebAddress> canonical_url(std::string_view text) {
  text = trimmed(text);
  if (text.size() > longest_address || !is_utf8(text) ||
      std::any_of(text.begin(), text.end(), is_control)) {
    return std::nullopt;
  }
  const auto scheme = scheme_of(text);
  if (!scheme.empty()) text.remove_prefix(scheme.size() + after_scheme.size());

  const auto end = std::min(text.find_first_of("/?#"), text.size());
  if (scheme.empty() && text.substr(0, end).find('@') != std::string_view::npos) {
    return std::nullopt;
  }
  auto authority = canonical_authority(text.substr(0, end));
  if (!authority) return std::nullopt;
  auto out = scheme.empty() ? std::string("http") : normalized(scheme);
  out.append(after_scheme).append(authority->text).append(text.substr(end));
  if (out.size() > longest_address) return std::nullopt;
  return WebAddress{std::move(out), std::move(authority->host)};
}

}  // namespace stix
