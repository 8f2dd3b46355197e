// Which relationships OpenCTI accepts between the types that an enrichment connects.
#pragma once

#include <string_view>

namespace source {

/// Whether the platform stores this relationship. `related-to` is accepted between any two types;
/// other relationships only if they are listed (opencti-graphql's database/stix.ts, 7.260318).
/// @param source, target STIX types; countries are `location`, sectors `identity`, and
/// organizations `organization`
[[nodiscard]] bool is_accepted(std::string_view source, std::string_view relationship,
                               std::string_view target);

}  // namespace source
