// Related files, URLs, domains and addresses: objects of their own, and how they are connected.
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

/// How the object in one field of a section is connected to the observable. Where the platform does
/// not accept the relationship between the two types, it is `related-to`, in the same direction.
struct RelatedMapping {
  std::string_view section;
  std::string_view field;
  std::string_view relationship;
  Direction direction;
};

/// One for each kaspersky::related_fields(); told in docs/mapping.md.
[[nodiscard]] std::span<const RelatedMapping> related_mappings();

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
