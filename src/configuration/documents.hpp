// The files about the settings that are kept in a repository, made from the table.
#pragma once

#include <string>
#include <string_view>

#include "configuration/table.hpp"

namespace configuration {

/// What each installation has to set waits for a value; the rest is commented out, with its default
/// or, where there is none, an example.
/// @param heading comments that stand first
[[nodiscard]] std::string config_yml_sample(const Table& table, std::string_view heading);
[[nodiscard]] std::string env_sample(const Table& table, std::string_view heading);

/// A chapter for each of the table's, in Markdown.
/// @param heading what stands first
[[nodiscard]] std::string reference(const Table& table, std::string_view heading);

}  // namespace configuration
