#include "enrichment/author.hpp"

#include <algorithm>

#include "enrichment/drafts.hpp"

namespace enrichment {

const nlohmann::json& author() {
  static const auto object = stix::organization("Kaspersky Enrichment", standard_created);
  return object;
}

const std::string& author_id() {
  static const auto id = author().at("id").get<std::string>();
  return id;
}

stix::Provenance provenance_beside(const stix::Markings& markings) {
  const auto tlp = std::max(markings.tlp.value_or(stix::Tlp::amber), stix::Tlp::amber);
  stix::Provenance provenance{.author_ref = author_id(),
                              .marking_refs = {std::string(stix::marking_id(tlp))}};
  if (markings.pap) provenance.marking_refs.emplace_back(stix::marking_id(*markings.pap));
  return provenance;
}

}  // namespace enrichment
