#include "source/author.hpp"

#include "source/object_collection.hpp"

namespace source {

Author::Author(std::string_view name, std::optional<stix::Tlp> least_tlp)
    : name_(name),
      least_tlp_(least_tlp),
      identity_(stix::organization(name, standard_created)),
      id_(identity_.at("id").get<std::string>()) {}

stix::Provenance Author::provenance_for_derived(const stix::Markings& markings) const {
  stix::Provenance provenance{.author_ref = id_, .marking_refs = {}};
  if (const auto tlp = stix::stricter(markings.tlp, least_tlp_)) {
    provenance.marking_refs.emplace_back(stix::marking_id(*tlp));
  }
  if (markings.pap) provenance.marking_refs.emplace_back(stix::marking_id(*markings.pap));
  return provenance;
}

}  // namespace source
