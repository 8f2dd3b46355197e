// The files about the settings that are kept in the repository, made from the table.
#pragma once

#include <string>

#include "source/product.hpp"

namespace settings {

/// What each installation has to set waits for a value; the rest is commented out, with its default
/// or, where there is none, an example.
[[nodiscard]] std::string config_yml_sample(const source::Product& product);
[[nodiscard]] std::string env_sample(const source::Product& product);

/// docs/configuration.md
[[nodiscard]] std::string configuration_md(const source::Product& product);

}  // namespace settings
