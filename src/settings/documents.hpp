// The files about the settings that are kept in the repository, made from the table.
#pragma once

#include <string>
#include <string_view>

#include "settings/table.hpp"

namespace settings {

/// Variables with a default are commented out with it; required ones wait for a value.
[[nodiscard]] std::string config_yml_sample();
[[nodiscard]] std::string env_sample();

/// docs/configuration.md
[[nodiscard]] std::string configuration_md();

/// What the documents call a group of settings.
[[nodiscard]] std::string_view title_of(Group group);

}  // namespace settings
