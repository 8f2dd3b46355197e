// Related files, URLs, domains and addresses as objects, and their relationships.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "enrichment/options.hpp"
#include "enrichment/subject.hpp"
#include "kaspersky/answer.hpp"
#include "source/builder.hpp"

namespace enrichment {

using source::Direction;

/// How the object in one field of a section is related to the observable. If the platform does not
/// accept the relationship between the two types, it is `related-to` in the same direction.
struct RelatedMapping {
  std::string_view section;
  std::string_view field;
  std::string_view relationship;
  Direction direction;
};

/// One per kaspersky::related_fields(); documented in docs/mapping.md.
[[nodiscard]] std::span<const RelatedMapping> related_mappings();

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
