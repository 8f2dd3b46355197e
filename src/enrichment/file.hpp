// Sections FileGeneralInfo and FileNames: what an answer tells about the file itself.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "enrichment/question.hpp"
#include "kaspersky/answer.hpp"
#include "source/builder.hpp"

namespace enrichment {

/// One line when the answer holds another hash than the one asked for, of the same kind.
[[nodiscard]] std::optional<std::string> about_another_file(const kaspersky::FileGeneralInfo& file,
                                                            const Question& question);

/// Hashes, and the size.
void add_file(const kaspersky::FileGeneralInfo& file, source::Builder& builder);

/// Names besides the observable's first one, `most` of them.
/// @param names each once
void add_names(const std::vector<std::string>& names, const stix::Observable& observable,
               std::size_t most, source::Builder& builder);

}  // namespace enrichment
