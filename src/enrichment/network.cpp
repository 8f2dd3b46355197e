#include "enrichment/network.hpp"

#include <fmt/format.h>

#include <limits>
#include <optional>

#include "enrichment/author.hpp"
#include "enrichment/relationship_matrix.hpp"
#include "enrichment/text.hpp"
#include "stix/domain_name.hpp"
#include "stix/ip_address.hpp"
#include "stix/normalization.hpp"
#include "stix/web_address.hpp"

namespace enrichment {
namespace {

// GraphQL's Int: with a larger number the platform refuses the object and what points at it.
constexpr std::int64_t largest_number = std::numeric_limits<std::int32_t>::max();
constexpr std::size_t most_systems = 50;
constexpr std::size_t longest_name = 250;

/// Registries break their names into lines.
std::string on_one_line(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return shortened(stix::trimmed(text), longest_name);
}

std::optional<nlohmann::json> host_object(const std::string& host,
                                          const stix::Provenance& provenance) {
  if (const auto ip = stix::parse_ip(host)) {
    return stix::observable_of_value(ip->v6 ? "ipv6-addr" : "ipv4-addr", stix::to_string(*ip),
                                     provenance);
  }
  const auto domain = stix::canonical_domain(host);
  if (!domain || stix::is_single_label(*domain)) return std::nullopt;
  return stix::observable_of_value("domain-name", *domain, provenance);
}

}  // namespace

void add_autonomous_systems(const kaspersky::Answer& answer, const Subject& subject, Drafts& drafts,
                            std::vector<std::string>& warnings) {
  if (!is_accepted(subject.observable.type, "belongs-to", "autonomous-system")) return;
  std::size_t too_large = 0;
  std::size_t added = 0;
  for (const auto& system : answer.autonomous_systems) {
    if (system.number > largest_number || added == most_systems) {
      ++too_large;
      continue;
    }
    ++added;
    auto object =
        stix::autonomous_system(static_cast<std::uint32_t>(system.number), on_one_line(system.name),
                                {.author_ref = author_id(), .marking_refs = {}});
    const auto id = object.at("id").get<std::string>();
    drafts.add_relationship({"belongs-to", subject.observable.id, id});
    drafts.add(std::move(object));
  }
  if (too_large > 0) {
    warnings.push_back(
        fmt::format("IpWhoIs.Asn: {} left out (numbers over {}, or more than {} systems)",
                    too_large, largest_number, most_systems));
  }
}

void add_host(const Subject& subject, const kaspersky::Answer& answer, Drafts& drafts) {
  if (subject.observable.type != "url") return;
  std::optional<nlohmann::json> host;
  if (answer.url) host = host_object(answer.url->host, drafts.provenance());
  if (!host) {
    if (const auto url = stix::canonical_url(subject.question.value)) {
      host = host_object(url->host, drafts.provenance());
    }
  }
  if (!host) return;
  const auto id = host->at("id").get<std::string>();
  drafts.add_observable(std::move(*host), std::nullopt);
  drafts.add_relationship({"related-to", subject.observable.id, id});
}

}  // namespace enrichment
