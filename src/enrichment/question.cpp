#include "enrichment/question.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "enrichment/text.hpp"
#include "kaspersky/hash.hpp"
#include "stix/domain_name.hpp"
#include "stix/ip_address.hpp"
#include "stix/normalization.hpp"
#include "stix/web_address.hpp"

namespace enrichment {
namespace {

using kaspersky::ObjectKind;
using Asked = tl::expected<Question, std::string>;

// Kaspersky answers 414 beyond it.
constexpr std::size_t longest_url = 2000;

Asked not_worth_it(std::string why) { return tl::make_unexpected(std::move(why)); }

std::optional<std::string> why_nobody_knows(const stix::IpAddress& ip) {
  const auto use = stix::special_use(ip);
  if (!use) return std::nullopt;
  return fmt::format("{} is a special address ({})", stix::to_string(ip), *use);
}

Asked file_question(const stix::Observable& observable, bool /*reserved_too*/) {
  return kaspersky::choose_hash(observable.hashes).map([](std::string hash) {
    return Question{ObjectKind::hash, std::move(hash)};
  });
}

Asked ip_question(const stix::Observable& observable, bool reserved_too) {
  if (observable.value.find('/') != std::string::npos) {
    return not_worth_it("it is a range of addresses");
  }
  const auto ip = stix::parse_ip(stix::trimmed(observable.value));
  if (!ip) return not_worth_it("it is no well-formed IP address");
  if (!reserved_too) {
    if (auto why = why_nobody_knows(*ip)) return not_worth_it(std::move(*why));
  }
  return Question{ObjectKind::ip, stix::to_string(*ip)};
}

Asked domain_question(const stix::Observable& observable, bool /*reserved_too*/) {
  auto domain = stix::canonical_domain(observable.value);
  if (!domain) return not_worth_it("it is no well-formed domain name");
  if (stix::is_single_label(*domain)) return not_worth_it("it is a name without a dot");
  return Question{ObjectKind::domain, std::move(*domain)};
}

Asked url_question(const stix::Observable& observable, bool reserved_too) {
  auto url = stix::canonical_url(observable.value);
  if (!url) return not_worth_it("it is no well-formed URL");
  if (length_of(url->text) > longest_url) {
    return not_worth_it(fmt::format("it is longer than {} characters", longest_url));
  }
  const auto ip = stix::parse_ip(url->host);
  if (ip && !reserved_too) {
    if (auto why = why_nobody_knows(*ip)) return not_worth_it("its host " + *why);
  }
  if (!ip && stix::is_single_label(url->host)) {
    return not_worth_it("its host is a name without a dot");
  }
  return Question{ObjectKind::url, std::move(url->text)};
}

struct Asker {
  std::string_view stix_type;
  Asked (*ask)(const stix::Observable&, bool);
};

constexpr std::array askers{
    Asker{"file", file_question},
    Asker{"artifact", file_question},
    Asker{"ipv4-addr", ip_question},
    Asker{"ipv6-addr", ip_question},
    Asker{"domain-name", domain_question},
    Asker{"hostname", domain_question},
    Asker{"url", url_question},
};

}  // namespace

Asked question_about(const stix::Observable& observable, bool reserved_too) {
  for (const auto& [type, ask] : askers) {
    if (type == observable.type) return ask(observable, reserved_too);
  }
  return not_worth_it(fmt::format("objects of the type {} are not looked up", observable.type));
}

}  // namespace enrichment
