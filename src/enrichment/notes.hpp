// What has no object of its own, as notes on the observable: one for each topic, for ever.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "enrichment/options.hpp"
#include "enrichment/related.hpp"
#include "enrichment/subject.hpp"

namespace enrichment {

/// Notes on detections, on WHOIS data, and on everything else. Each has an id of its own, made of
/// the object and the topic: the next enrichment changes the note instead of adding one.
[[nodiscard]] std::vector<nlohmann::json> notes_on(const kaspersky::Answer& answer,
                                                   const std::vector<RelatedTable>& related,
                                                   const Subject& subject, const Options& options,
                                                   const stix::Provenance& provenance);

/// Says that Kaspersky knows nothing about the object. It has the id of the note on everything
/// else, which takes its place once there is something to tell.
[[nodiscard]] nlohmann::json note_of_nothing_known(const Subject& subject,
                                                   const stix::Provenance& provenance);

/// Takes the place of note_of_nothing_known() where the object was not yet known by its present
/// key: a file that only its MD5 told. Nothing where the key is what was asked for.
[[nodiscard]] std::optional<nlohmann::json> note_of_known_by_now(
    const Subject& subject, const stix::Provenance& provenance);

}  // namespace enrichment
