// The files about the settings that are kept in the repository, made from the table.
#pragma once

#include <string>

namespace settings {

/// What each installation has to set waits for a value; the rest is commented out, with its default
/// or, where there is none, an example.
[[nodiscard]] std::string config_yml_sample();
[[nodiscard]] std::string env_sample();

/// docs/configuration.md
[[nodiscard]] std::string configuration_md();

}  // namespace settings
