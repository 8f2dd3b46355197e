#include "source/value_to_look_up.hpp"

#include <fmt/format.h>

#include <optional>

#include "stix/domain_name.hpp"
#include "stix/hashes.hpp"
#include "stix/ip_address.hpp"
#include "stix/normalization.hpp"
#include "stix/web_address.hpp"

namespace source {
namespace {

using Worth = tl::expected<stix::CanonicalValue, std::string>;

Worth not_worth_it(std::string why) { return tl::make_unexpected(std::move(why)); }

std::optional<std::string> why_nobody_knows(const stix::IpAddress& ip) {
  const auto use = stix::special_use(ip);
  if (!use) return std::nullopt;
  return fmt::format("{} is a special address ({})", stix::to_string(ip), *use);
}

Worth address(const stix::Observable& observable, bool reserved_too) {
  if (observable.value.find('/') != std::string::npos) {
    return not_worth_it("it is a range of addresses");
  }
  const auto ip = stix::parse_ip(stix::trimmed(observable.value));
  if (!ip) return not_worth_it("it is not a well-formed IP address");
  if (!reserved_too) {
    if (auto why = why_nobody_knows(*ip)) return not_worth_it(std::move(*why));
  }
  return stix::CanonicalValue{ip->v6 ? "ipv6-addr" : "ipv4-addr", stix::to_string(*ip)};
}

Worth name(const stix::Observable& observable) {
  auto domain = stix::canonical_domain(observable.value);
  if (!domain) return not_worth_it("it is not a well-formed domain name");
  if (stix::is_single_label(*domain)) return not_worth_it("it is a name without a dot");
  return stix::CanonicalValue{observable.type == "hostname" ? "hostname" : "domain-name",
                              std::move(*domain)};
}

Worth url(const stix::Observable& observable, bool reserved_too) {
  auto url = stix::canonical_url(observable.value);
  if (!url) return not_worth_it("it is not a well-formed URL");
  const auto ip = stix::parse_ip(url->host);
  if (ip && !reserved_too) {
    if (auto why = why_nobody_knows(*ip)) return not_worth_it("its host " + *why);
  }
  if (!ip && stix::is_single_label(url->host)) {
    return not_worth_it("its host is a name without a dot");
  }
  return stix::CanonicalValue{"url", std::move(url->text)};
}

}  // namespace

QueriedValue queried_value(const stix::Observable& observable) {
  const auto& type = observable.type;
  if (type == "file" || type == "artifact") {
    // The longest digest is the best: SHA-512, SHA-256, SHA-1, MD5.
    std::string hash;
    for (const auto& [algorithm, value] : observable.hashes) {
      if (stix::digits_of(algorithm) && value.size() > hash.size()) hash = value;
    }
    return {.value = std::move(hash), .kind = "hash"};
  }
  const bool is_name = type == "domain-name" || type == "hostname";
  const bool is_address = type == "ipv4-addr" || type == "ipv6-addr";
  return {.value = observable.value, .kind = is_name ? "domain" : is_address ? "ip" : type};
}

Worth value_to_look_up(const stix::Observable& observable, bool reserved_too) {
  const auto& type = observable.type;
  if (type == "ipv4-addr" || type == "ipv6-addr") return address(observable, reserved_too);
  if (type == "domain-name" || type == "hostname") return name(observable);
  if (type == "url") return url(observable, reserved_too);
  return not_worth_it(fmt::format("objects of the type {} are not looked up", type));
}

}  // namespace source
