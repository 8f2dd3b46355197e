// The author of everything that is made of Kaspersky's answers.
#pragma once

#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "stix/objects.hpp"
#include "stix/tlp.hpp"

namespace enrichment {

/// An organization, under the name that the Python connector uses: both then speak of one author.
[[nodiscard]] const nlohmann::json& author();

[[nodiscard]] const std::string& author_id();

/// Of what is derived from Kaspersky's data: ours, and amber at least.
/// @param tlp of the observable; nothing when it is unmarked
[[nodiscard]] stix::Provenance provenance_beside(std::optional<stix::Tlp> tlp);

}  // namespace enrichment
