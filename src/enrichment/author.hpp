// The author of everything that is made of Kaspersky's answers.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "stix/markings.hpp"
#include "stix/objects.hpp"

namespace enrichment {

/// An organization, under the name that the Python connector uses: both then speak of one author.
[[nodiscard]] const nlohmann::json& author();

[[nodiscard]] const std::string& author_id();

/// Of what is derived from Kaspersky's data: ours, TLP:AMBER at least, and with the observable's
/// PAP.
/// @param markings of the observable
[[nodiscard]] stix::Provenance provenance_beside(const stix::Markings& markings);

}  // namespace enrichment
