// The settings for machines: a JSON schema, from which the platform's catalogue makes its form, and
// the same in words.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "configuration/table.hpp"

namespace configuration {

/// Draft 2020-12, with a property for each environment variable. What it accepts, read() accepts
/// too, apart from what is checked beyond the form of one value: files, addresses, names given
/// twice, settings that go together. It is stricter than read() about letter case and spaces. Lists
/// are arrays; in the environment their items stand in one text, separated by commas, as the
/// platform writes them. Left out: what the platform gives, and the forms NAME_FILE.
[[nodiscard]] nlohmann::ordered_json json_schema(const Table& table, std::string_view id);

/// What the schema says, in the form that the catalogue's other connectors have.
/// @param heading what stands first
[[nodiscard]] std::string json_schema_reference(const nlohmann::ordered_json& schema,
                                                std::string_view heading);

}  // namespace configuration
