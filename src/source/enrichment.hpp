// What a source adds to the platform.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "export.hpp"
#include "stix/observable.hpp"

namespace source OPENCTI_CONNECTOR_PUBLIC {

struct Enrichment {
  /// All that the source says of the observable itself, also what it has already: the platform
  /// unites, and takes what is unchanged without a sign. So a second enrichment sends the same
  /// bytes.
  stix::ObservableUpdate update;
  /// Further objects, each id once, none of which refers to an absent one. As a source makes them
  /// they are for a platform that has none of them; see stand_beside().
  std::vector<nlohmann::json> objects;
  /// What was left out of the answer, and why. For the log.
  std::vector<std::string> warnings;
  /// The id of the source's own identity, which is the author of its objects.
  std::string author_id;
  /// Of shared entities by their id: all ids by which the platform may know them.
  std::map<std::string, std::vector<std::string>> known_by;
  /// How many objects, by STIX type, the platform has and only relationships to them are sent.
  std::map<std::string, std::size_t> there;
};

}  // namespace source OPENCTI_CONNECTOR_PUBLIC
