// Countries and sectors that an answer names.
#pragma once

#include "kaspersky/answer.hpp"
#include "source/builder.hpp"

namespace enrichment {

/// Codes of no country and names that cannot be a sector's are left out, with one warning each.
void add_entities(const kaspersky::Answer& answer, source::Builder& builder);

}  // namespace enrichment
