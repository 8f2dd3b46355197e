// What has no object of its own, as notes on the observable: one for each topic, for ever.
#pragma once

#include <vector>

#include "enrichment/options.hpp"
#include "enrichment/related.hpp"
#include "enrichment/subject.hpp"
#include "source/builder.hpp"

namespace enrichment {

/// Notes on detections, on WHOIS data, and on everything else. Each has an id of its own, made of
/// the object and the topic: the next enrichment changes the note instead of adding one.
void add_notes(const kaspersky::Answer& answer, const std::vector<RelatedTable>& related,
               const Subject& subject, const Options& options, source::Builder& builder);

/// Says that Kaspersky knows nothing about the object. It has the id of the note on everything
/// else, which takes its place once there is something to tell.
void add_note_of_nothing_known(const Subject& subject, source::Builder& builder);

/// Takes the place of add_note_of_nothing_known() where the object was not yet known by its present
/// key: a file that only its MD5 told. None where the key is what was asked for.
void add_note_of_known_by_now(const Subject& subject, source::Builder& builder);

}  // namespace enrichment
