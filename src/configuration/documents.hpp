// Generates the documents about the settings from the table.
#pragma once

#include <string>
#include <string_view>

#include "configuration/table.hpp"

namespace configuration {

/// Required settings have a placeholder. All others are commented out, with their default or an
/// example.
/// @param heading the comments at the beginning
[[nodiscard]] std::string config_yml_sample(const Table& table, std::string_view heading);
[[nodiscard]] std::string env_sample(const Table& table, std::string_view heading);

/// One chapter per chapter of the table, in Markdown.
/// @param heading the text at the beginning
[[nodiscard]] std::string reference(const Table& table, std::string_view heading);

}  // namespace configuration
