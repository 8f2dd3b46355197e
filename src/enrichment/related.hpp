// Related files, URLs, domains and addresses: objects of their own, and how they are connected.
#pragma once

#include <cstddef>
#include <vector>

#include "enrichment/options.hpp"
#include "enrichment/subject.hpp"
#include "kaspersky/answer.hpp"
#include "source/builder.hpp"

namespace enrichment {

/// The related objects of one section as a table for people, and how many did not fit.
struct RelatedTable {
  kaspersky::FactSheet sheet;
  std::size_t more = 0;
};

/// @returns what the rows tell beyond the objects: detections, hits, dates
[[nodiscard]] std::vector<RelatedTable> add_related(const kaspersky::Answer& answer,
                                                    const Subject& subject, const Options& options,
                                                    source::Builder& builder);

}  // namespace enrichment
