// The settings for machines: a JSON schema, from which the platform's catalogue makes its form.
#pragma once

#include <nlohmann/json.hpp>

namespace settings {

/// Draft 2020-12, with a property for each environment variable. What it accepts, load() accepts
/// too, apart from what load() checks beyond the form of one value: files, addresses, names given
/// twice, settings that go together. It is stricter than load() about letter case and spaces. Lists
/// are arrays; in the environment their items stand in one text, separated by commas, as the
/// platform writes them.
///
/// Left out: CONNECTOR_ID, which whoever starts the connector makes, and the forms NAME_FILE.
[[nodiscard]] nlohmann::ordered_json json_schema();

}  // namespace settings
