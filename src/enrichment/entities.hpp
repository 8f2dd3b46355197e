// Countries and sectors that an answer names.
#pragma once

#include "kaspersky/answer.hpp"
#include "source/builder.hpp"

namespace enrichment {

/// Unknown country codes and invalid names of sectors are left out, with one warning for each kind.
void add_entities(const kaspersky::Answer& answer, source::Builder& builder);

}  // namespace enrichment
