// Generates the documents about the settings from the table.
#pragma once

#include <string>

#include "source/product.hpp"

namespace settings {

/// Required settings have a placeholder. All others are commented out, with their default or an
/// example.
[[nodiscard]] std::string config_yml_sample(const source::Product& product);
[[nodiscard]] std::string env_sample(const source::Product& product);

/// docs/configuration.md
[[nodiscard]] std::string configuration_md(const source::Product& product);

}  // namespace settings
