// Fits an enrichment to the objects that the platform has already.
//
// The platform merges a sent object with the existing one: a stricter marking hides the object from
// users who could see it, a score replaces another score, and a country is renamed for everyone.
// Therefore an answer is first converted as for an empty platform. Then the objects that it names
// are looked up on the platform. Existing objects are sent without anything that would change them
// for others, or are not sent.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "source/enrichment.hpp"
#include "source/score_policy.hpp"
#include "stix/present_object.hpp"

namespace source {

/// The platform's objects by the id of the query; null if the platform has no such object. An id
/// that is missing here could not be queried. Several ids may have one object.
using Present = std::unordered_map<std::string, std::shared_ptr<const stix::PresentObject>>;

/// The ids by which the platform may have objects of the enrichment, without duplicates: of
/// observables, autonomous systems, indicators, countries and sectors. Empty if the enrichment
/// names no such object.
[[nodiscard]] std::vector<std::string> ids_to_query(const Enrichment& enrichment);

/// Counts objects that were left out with their relationships, because they could not be looked up
/// on the platform: they could change objects of others, or become visible to all users.
struct LeftOut {
  std::size_t shared = 0;
  std::size_t related = 0;
};

/// Fits the enrichment to what is present:
///
/// - An existing observable keeps its markings and its author. It is sent with names that it lacks,
///   and with the score that the policy chooses if that differs. Without anything new only
///   relationships to it are sent.
/// - To an existing country or sector only relationships are sent; also to an autonomous system
///   that has a name, and to an indicator of another author. The source's own indicator keeps its
///   markings.
/// - An object that does not exist is sent unchanged.
[[nodiscard]] LeftOut fit_to_platform(Enrichment& enrichment, const Present& present,
                                      ScorePolicy policy);

}  // namespace source
