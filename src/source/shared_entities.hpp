// Countries, sectors and organizations: all users of a platform share them, so existing ones are
// used and not renamed.
//
// The platform identifies an object by the id of its name or of an alias, and then gives it the
// name that was sent. Therefore the names in an answer are looked up, and for an existing object
// only its id is used: see fit_to_platform.hpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "source/countries.hpp"
#include "stix/objects.hpp"

namespace source {

struct SharedEntity {
  /// Sent if the platform does not have it; without a marking, which would hide it from others.
  nlohmann::json object;
  /// The ids by which the platform may know it, its own id first; for a country the ids of
  /// names_of().
  std::vector<std::string> alternative_ids;
};

/// @param provenance without markings, as for all below
[[nodiscard]] SharedEntity country_entity(const Country& country,
                                          const stix::Provenance& provenance);

/// A branch of industry.
[[nodiscard]] SharedEntity sector_entity(std::string_view name, const stix::Provenance& provenance);

[[nodiscard]] SharedEntity organization_entity(std::string_view name,
                                               const stix::Provenance& provenance);

}  // namespace source
