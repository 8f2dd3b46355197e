// Notes on the observable with data that does not become objects: one permanent note per topic.
#pragma once

#include <vector>

#include "enrichment/options.hpp"
#include "enrichment/related.hpp"
#include "enrichment/subject.hpp"
#include "source/builder.hpp"

namespace enrichment {

/// Adds notes on detections, on WHOIS data, and on other data. The id of a note is made from the
/// object and the topic: the next enrichment updates the note instead of adding one.
void add_notes(const kaspersky::Answer& answer, const std::vector<RelatedTable>& related,
               const Subject& subject, const Options& options, source::Builder& builder);

/// Adds a note that Kaspersky does not know the object. It has the id of the note on other data,
/// which replaces it once Kaspersky has data.
void add_not_found_note(const Subject& subject, source::Builder& builder);

/// Replaces the note of add_not_found_note() if that was made under another key, before
/// other hashes of the file were known. Adds nothing if the key is the value that was looked up.
void replace_not_found_note(const Subject& subject, source::Builder& builder);

}  // namespace enrichment
