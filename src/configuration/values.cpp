#include "configuration/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "configuration/text.hpp"

namespace configuration {
namespace {

tl::unexpected<std::string> must(std::string text) {
  return tl::unexpected("must " + std::move(text));
}

/// The characters of a header name (RFC 9110 §5.6.2).
bool is_header_name(std::string_view name) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           marks.find(c) != std::string_view::npos;
  });
}

/// The part between :// and the path.
std::string_view authority_of(std::string_view url) {
  url.remove_prefix(std::min(url.find("://") + 3, url.size()));
  return url.substr(0, url.find('/'));
}

std::string_view host_in(std::string_view authority) {
  if (authority.starts_with('[')) return authority.substr(0, authority.find(']') + 1);
  return authority.substr(0, authority.find(':'));
}

bool is_host_with_port(std::string_view authority) {
  const auto host = host_in(authority);
  if (host.starts_with('[')) {
    const auto address = host.substr(1, host.size() - 1);
    constexpr std::string_view allowed = "0123456789abcdefABCDEF:.";
    if (address.find_first_not_of(allowed) != address.size() - 1) return false;
  }
  const auto port = authority.substr(host.size());
  return !host.empty() &&
         (port.empty() || (port.starts_with(':') && parse_integer(port.substr(1), 1, 65535)));
}

}  // namespace

std::optional<bool> parse_boolean(std::string_view text) {
  const auto word = lower_case(trimmed(text));
  if (word == "true" || word == "yes" || word == "on" || word == "1") return true;
  if (word == "false" || word == "no" || word == "off" || word == "0") return false;
  return std::nullopt;
}

std::optional<int> parse_integer(std::string_view text, int minimum, int maximum) {
  text = trimmed(text);
  int number = 0;
  const auto* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stopped != end || number < minimum || number > maximum) {
    return std::nullopt;
  }
  return number;
}

Parsed<std::string> parse_url(std::string_view text) {
  text = trimmed(text);
  const auto scheme = lower_case(text.substr(0, std::min(text.find("://"), text.size())));
  if (scheme != "http" && scheme != "https") return must("be a URL with http:// or https://");
  if (!is_visible_ascii(text) || text.find_first_of("\"<>\\^`{|}") != std::string_view::npos) {
    return must("be a URL without spaces and special characters");
  }
  if (text.find_first_of("?#") != std::string_view::npos) return must("be a URL without ? and #");
  const auto authority = authority_of(text);
  if (authority.find('@') != std::string_view::npos) {
    return must("be a URL without user name and password");
  }
  if (!is_host_with_port(authority)) return must("be a URL with a host and, if any, a valid port");
  auto url = scheme + std::string(text.substr(scheme.size()));
  while (url.ends_with('/')) url.pop_back();
  return url;
}

std::string_view host_of(std::string_view url) { return host_in(authority_of(url)); }

Parsed<CustomHeaders> parse_headers(std::string_view text) {
  CustomHeaders found;
  for (const auto part : split(text, ';')) {
    const auto colon = part.find(':');
    if (colon == std::string_view::npos) {
      ++found.skipped;
      continue;
    }
    const auto name = trimmed(part.substr(0, colon));
    const auto value = trimmed(part.substr(colon + 1));
    if (!is_header_name(name)) return must("be name:value pairs; a name is not a header name");
    if (!is_plain_text(value)) {
      return must("be name:value pairs without line breaks and other control characters");
    }
    std::erase_if(found.headers,
                  [&](const auto& header) { return lower_case(header.first) == lower_case(name); });
    found.headers.emplace_back(name, value);
  }
  return found;
}

}  // namespace configuration
