#include "enrichment/author.hpp"

#include "enrichment/drafts.hpp"
#include "stix/objects.hpp"

namespace enrichment {

const nlohmann::json& author() {
  static const auto object = stix::organization("Kaspersky Enrichment", standard_created);
  return object;
}

const std::string& author_id() {
  static const auto id = author().at("id").get<std::string>();
  return id;
}

}  // namespace enrichment
