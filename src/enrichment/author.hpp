// The author of everything that is made of Kaspersky's answers.
#pragma once

#include <string>

#include "source/author.hpp"

namespace enrichment {

/// Under the name that the Python connector uses: both then speak of one author. What is derived
/// from Kaspersky's data is TLP:AMBER at least.
[[nodiscard]] const source::Author& author();

[[nodiscard]] inline const std::string& author_id() { return author().id(); }

}  // namespace enrichment
