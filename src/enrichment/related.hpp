// Related files, URLs, domains and addresses as objects, and their relationships.
#pragma once

#include <cstddef>
#include <vector>

#include "enrichment/options.hpp"
#include "enrichment/subject.hpp"
#include "kaspersky/answer.hpp"
#include "source/builder.hpp"

namespace enrichment {

/// The related objects of one section as a table for people, and the number of further rows.
struct RelatedTable {
  kaspersky::FactSheet sheet;
  std::size_t more = 0;
};

/// @returns tables with the other data of the rows: detections, hits, dates
[[nodiscard]] std::vector<RelatedTable> add_related(const kaspersky::Answer& answer,
                                                    const Subject& subject, const Options& options,
                                                    source::Builder& builder);

}  // namespace enrichment
