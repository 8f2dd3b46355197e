// The author of all objects that are made from Kaspersky's answers.
#pragma once

#include <string>

#include "source/author.hpp"

namespace enrichment {

/// The name is that of the Python connector, so that both use one author. Objects derived from
/// Kaspersky's data have minimum TLP:AMBER.
[[nodiscard]] const source::Author& author();

[[nodiscard]] inline const std::string& author_id() { return author().id(); }

}  // namespace enrichment
