// The objects that a source adds to the platform.
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
  /// All data of the source about the observable itself, including values that the observable
  /// already has: the platform merges, and ignores unchanged values. So a second enrichment sends
  /// the same bytes.
  stix::ObservableUpdate update;
  /// Further objects, each id once, without references to missing objects. A source creates them as
  /// for an empty platform; see fit_to_platform().
  std::vector<nlohmann::json> objects;
  /// Which data of the answer was left out, and why. For the log.
  std::vector<std::string> warnings;
  /// The id of the source's own identity, which is the author of its objects.
  std::string author_id;
  /// For each shared entity, by its id: all ids by which the platform may know it.
  std::map<std::string, std::vector<std::string>> alternative_ids;
  /// By STIX type, the number of objects that the platform has: only relationships to them are
  /// sent.
  std::map<std::string, std::size_t> already_present;
};

}  // namespace source OPENCTI_CONNECTOR_PUBLIC
