// Rules that every sent bundle must keep, whatever the answer is.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace mapping {

/// Returns whether OpenCTI accepts this relationship, according to relationship_matrix.tsv, an
/// extract of OpenCTI's own table.
/// @param source, target STIX types; an identity is a sector unless it is an `organization`, and a
/// location is a country
[[nodiscard]] bool platform_accepts(std::string_view source, std::string_view relationship,
                                    std::string_view target);

/// The names of all relationships in that table, and related-to.
[[nodiscard]] std::set<std::string> platform_relationships();

/// Returns one line per broken rule: a duplicate id, a reference to an object that does not exist,
/// a relationship that the platform does not accept, an empty or null property or one with outer
/// blanks, a score out of range, a time range that ends before it starts, text that is not UTF-8,
/// or a shared object with a marking.
/// @param known ids that the platform already has
[[nodiscard]] std::vector<std::string> broken_rules(const std::vector<nlohmann::json>& objects,
                                                    const std::vector<std::string>& known = {});

}  // namespace mapping
