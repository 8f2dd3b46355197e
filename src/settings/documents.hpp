// The files about the settings that are kept in the repository, made from the table.
#pragma once

#include <string>

namespace settings {

/// Variables with a default are commented out with it; required ones wait for a value.
[[nodiscard]] std::string config_yml_sample();
[[nodiscard]] std::string env_sample();

/// docs/configuration.md
[[nodiscard]] std::string configuration_md();

}  // namespace settings
