// Rules for every sent bundle, for any answer.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace mapping {

/// Whether OpenCTI's own table has this relationship: relationship_matrix.tsv, an extract of it.
/// @param source, target STIX types; an identity is a sector unless it is an `organization`, a
/// location a country
[[nodiscard]] bool platform_accepts(std::string_view source, std::string_view relationship,
                                    std::string_view target);

/// The names of all relationships in that table, and related-to.
[[nodiscard]] std::set<std::string> platform_relationships();

/// One line for each broken rule: an id that comes twice, a reference to what is not there, a
/// relationship that the platform does not accept, an empty or null property or one with outer
/// blanks, a score out of range,
/// a time that ends before it starts, text that is not UTF-8, a shared object with a marking.
/// @param known ids that the platform has already
[[nodiscard]] std::vector<std::string> broken_rules(const std::vector<nlohmann::json>& objects,
                                                    const std::vector<std::string>& known = {});

}  // namespace mapping
