// Countries and sectors: shared by everybody on a platform, and so found there, not renamed.
//
// The platform takes an object for one that it has when the id of its name, or of an alias, is the
// same, and then gives it the name that was sent. So what an answer names is looked up, and where
// it exists only its id is used: see beside.hpp.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "kaspersky/answer.hpp"

namespace enrichment {

struct SharedEntity {
  std::string id;
  /// By which the platform may know it, its own first: of a country, the ids of names_of().
  std::vector<std::string> known_by;
  /// From the observable.
  std::string relationship;
  /// Sent where the platform has none; unmarked, since a marking would hide it from others.
  nlohmann::json object;
};

/// Each once, in the order of the answer, at most 50. Names that cannot be a sector's and codes of
/// no country are left out.
/// @param warnings gets one line for what was left out
[[nodiscard]] std::vector<SharedEntity> entities_named(const kaspersky::Answer& answer,
                                                       std::vector<std::string>& warnings);

}  // namespace enrichment
