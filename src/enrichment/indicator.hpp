// An indicator for an object that Kaspersky holds to be dangerous.
#pragma once

#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "enrichment/subject.hpp"
#include "stix/objects.hpp"

namespace enrichment {

/// When Kaspersky last saw the object: what the answer says of it, else the latest date on which it
/// was seen with another one or for the first time. Empty when the answer has no date up to today.
[[nodiscard]] std::string_view last_seen(const kaspersky::Answer& answer, std::string_view today);

/// What Kaspersky saw of the object and when, for people: `Kaspersky zone red, first seen on
/// 2024-05-01, last seen on 2026-10-02.`
[[nodiscard]] std::string sightings_of(const kaspersky::Answer& answer, std::string_view today);

/// Valid from today, for a year. The platform computes the end from the start and the score by its
/// rules of decay (a month for an address): with a start in the past an indicator would arrive
/// revoked. One that the platform has keeps its dates, score and decay while the same user sends
/// the same score.
/// @param hashes of a file, all that are known, in lower case; not looked at for other objects
/// @param score 0 to 100, or nothing
/// @param description see sightings_of()
/// @param today midnight in RFC 3339
/// @returns nothing for an object that no pattern describes
[[nodiscard]] std::optional<nlohmann::json> indicator_for(
    const Subject& subject, const stix::Hashes& hashes, std::optional<int> score,
    std::string_view description, std::string_view today, const stix::Provenance& provenance);

}  // namespace enrichment
