#include "stix/canonical_value.hpp"

#include "stix/domain_name.hpp"
#include "stix/ip_address.hpp"
#include "stix/web_address.hpp"

namespace stix {
namespace {

std::optional<CanonicalValue> address(std::string_view value) {
  const auto ip = parse_ip(value);
  if (!ip) return std::nullopt;
  return CanonicalValue{ip->v6 ? "ipv6-addr" : "ipv4-addr", to_string(*ip)};
}

std::optional<CanonicalValue> domain(std::string_view type, std::string_view value) {
  auto name = canonical_domain(value);
  if (!name || is_single_label(*name)) return std::nullopt;
  return CanonicalValue{type, std::move(*name)};
}

}  // namespace

std::optional<CanonicalValue> canonical_value(std::string_view type, std::string_view value) {
  if (type == "ipv4-addr" || type == "ipv6-addr") return address(value);
  if (type == "domain-name") return domain("domain-name", value);
  if (type == "hostname") return domain("hostname", value);
  if (type == "url") {
    if (auto url = canonical_url(value)) return CanonicalValue{"url", std::move(url->text)};
  }
  return std::nullopt;
}

}  // namespace stix
