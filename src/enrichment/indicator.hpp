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

/// @param hashes of a file, all that are known, in lower case; not looked at for other objects
/// @param score 0 to 100, or nothing
/// @param last_seen RFC 3339 or empty: from then on it is valid, for a year. The platform shortens
/// that by its own rules of decay.
/// @param today midnight in RFC 3339, in place of a `last_seen` that is unknown or a year old
/// @returns nothing for an object that no pattern describes
[[nodiscard]] std::optional<nlohmann::json> indicator_for(
    const Subject& subject, const stix::Hashes& hashes, std::optional<int> score,
    std::string_view last_seen, std::string_view today, const stix::Provenance& provenance);

}  // namespace enrichment
