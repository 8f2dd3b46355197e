#include "enrichment/network.hpp"

#include <fmt/format.h>

#include <optional>

#include "source/relationship_matrix.hpp"
#include "stix/canonical_value.hpp"
#include "stix/web_address.hpp"

namespace enrichment {
namespace {

std::optional<stix::CanonicalValue> host_value(std::string_view host) {
  if (auto address = stix::canonical_value("ipv4-addr", host)) return address;
  return stix::canonical_value("domain-name", host);
}

}  // namespace

void add_autonomous_systems(const kaspersky::Answer& answer, const Subject& subject,
                            source::Builder& builder) {
  if (!source::is_accepted(subject.observable.type, "belongs-to", "autonomous-system")) return;
  std::size_t left_out = 0;
  for (const auto& system : answer.autonomous_systems) {
    if (builder.add_autonomous_system(system.number, system.name).empty()) ++left_out;
  }
  if (left_out > 0) {
    builder.warn(fmt::format(
        "IpWhoIs.Asn: {} omitted (numbers over 2147483647, or more than 50 systems)", left_out));
  }
}

void add_host(const Subject& subject, const kaspersky::Answer& answer, source::Builder& builder) {
  if (subject.observable.type != "url") return;
  std::optional<stix::CanonicalValue> host;
  if (answer.url) host = host_value(answer.url->host);
  if (!host) {
    if (const auto url = stix::canonical_url(subject.question.value)) host = host_value(url->host);
  }
  if (host) builder.add_observable(*host);
}

}  // namespace enrichment
