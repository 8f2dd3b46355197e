// Sections FileGeneralInfo and FileNames: what an answer tells about the file itself.
#pragma once

#include <optional>
#include <string>

#include "enrichment/convert.hpp"

namespace enrichment {

/// One line when the answer holds another hash than the one asked for, of the same kind.
[[nodiscard]] std::optional<std::string> about_another_file(const kaspersky::FileGeneralInfo& file,
                                                            const Question& question);

/// Hashes, and the size of a file; of an artifact the platform stores none. A hash that differs
/// from the observable's own is left out: sent, it would overwrite it and could merge two files.
void add_file(const kaspersky::FileGeneralInfo& file, const stix::Observable& observable,
              Enrichment& out);

/// Names besides the observable's first one, `most` of them.
/// @param names each once
void add_names(const std::vector<std::string>& names, const stix::Observable& observable,
               std::size_t most, Enrichment& out);

}  // namespace enrichment
