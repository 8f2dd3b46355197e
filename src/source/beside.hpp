// How an enrichment stands beside what the platform has already.
//
// The platform unites what it is sent with what it has: a stricter marking hides an object from all
// who could see it, a score replaces another one, and the name of a country renames it for
// everyone. So a conversion is made as if the platform had nothing; then what it names is looked
// up, and what exists is sent without anything that would change it for others, or not at all.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "source/enrichment.hpp"
#include "source/score_policy.hpp"
#include "stix/present_object.hpp"

namespace source {

/// What the platform has, by the id that was asked for; nothing where it has none. An id that is
/// not in here could not be asked for.
using Present = std::unordered_map<std::string, std::optional<stix::PresentObject>>;

/// The ids by which the platform may have an object of the enrichment, each once: of observables,
/// autonomous systems, indicators, countries and sectors. Empty when it names none of them.
[[nodiscard]] std::vector<std::string> ids_named(const Enrichment& enrichment);

/// Objects that were left out with their relationships, since the platform could not be asked for
/// them: sent unseen, they might change what others made, or be seen by all.
struct LeftOut {
  std::size_t shared = 0;
  std::size_t related = 0;
};

/// Fits the enrichment to what is present:
///
/// - An observable that exists keeps its markings and its author. It is sent with a score as the
///   policy has it, where that is another one, and with the names that it lacks; without anything
///   new only relationships to it are sent.
/// - A country or sector that exists is only pointed at. So are an autonomous system that has a
///   name, and an indicator of another author; of the source's own the markings stay.
/// - What does not exist is sent as it was converted.
[[nodiscard]] LeftOut stand_beside(Enrichment& enrichment, const Present& present,
                                   ScorePolicy policy);

}  // namespace source
