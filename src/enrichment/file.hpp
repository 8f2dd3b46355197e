// Sections FileGeneralInfo and FileNames: data about the file itself.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "enrichment/question.hpp"
#include "kaspersky/answer.hpp"
#include "source/builder.hpp"

namespace enrichment {

/// One line if the answer has another hash than the one that was looked up, by the same algorithm.
[[nodiscard]] std::optional<std::string> about_another_file(const kaspersky::FileGeneralInfo& file,
                                                            const Question& question);

/// Adds hashes and the size.
void add_file(const kaspersky::FileGeneralInfo& file, source::Builder& builder);

/// Adds names other than the observable's first name, maximum `max_names`.
/// @param names without duplicates
void add_names(const std::vector<std::string>& names, const stix::Observable& observable,
               std::size_t max_names, source::Builder& builder);

}  // namespace enrichment
