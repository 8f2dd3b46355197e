// The author of everything that is made of Kaspersky's answers.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace enrichment {

/// An organization, under the name that the Python connector uses: both then speak of one author.
[[nodiscard]] const nlohmann::json& author();

[[nodiscard]] const std::string& author_id();

}  // namespace enrichment
