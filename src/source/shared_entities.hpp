// Countries, sectors and organizations: shared by everybody on a platform, and so found there, not
// renamed.
//
// The platform takes an object for one that it has when the id of its name, or of an alias, is the
// same, and then gives it the name that was sent. So what an answer names is looked up, and where
// it exists only its id is used: see beside.hpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "source/countries.hpp"
#include "stix/objects.hpp"

namespace source {

struct SharedEntity {
  /// Sent where the platform has none; unmarked, since a marking would hide it from others.
  nlohmann::json object;
  /// The ids by which the platform may know it, its own first: of a country, those of names_of().
  std::vector<std::string> known_by;
};

/// @param provenance without markings, as for all below
[[nodiscard]] SharedEntity country_entity(const Country& country,
                                          const stix::Provenance& provenance);

/// A branch of industry.
[[nodiscard]] SharedEntity sector_entity(std::string_view name, const stix::Provenance& provenance);

[[nodiscard]] SharedEntity organization_entity(std::string_view name,
                                               const stix::Provenance& provenance);

}  // namespace source
