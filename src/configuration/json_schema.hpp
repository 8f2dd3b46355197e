// A JSON schema of the settings, from which the platform's catalogue makes its form, and its
// description in Markdown.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "configuration/table.hpp"

namespace configuration {

/// Draft 2020-12, with one property per environment variable. read() accepts all values that the
/// schema accepts, except for further checks: files, addresses, duplicate names, combinations of
/// settings. The schema is stricter than read() about letter case and spaces. Lists are arrays; in
/// the environment they are one text with commas, as the platform writes them. Settings that the
/// platform provides, and NAME_FILE, are omitted.
[[nodiscard]] nlohmann::ordered_json json_schema(const Table& table, std::string_view id);

/// The schema as a table, as for other connectors of the catalogue.
/// @param heading the text at the beginning
[[nodiscard]] std::string json_schema_reference(const nlohmann::ordered_json& schema,
                                                std::string_view heading);

}  // namespace configuration
