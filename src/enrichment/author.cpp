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

stix::Provenance provenance_beside(std::optional<stix::Tlp> tlp) {
  const auto strictest = std::max(tlp.value_or(stix::Tlp::amber), stix::Tlp::amber);
  return {.author_ref = author_id(), .marking_ref = std::string(stix::marking_id(strictest))};
}

}  // namespace enrichment
