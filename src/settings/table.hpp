// The table of a connector's settings: which rows there are, and in which chapters.
#pragma once

#include "configuration/table.hpp"
#include "settings/settings.hpp"
#include "source/product.hpp"

namespace settings {

/// The platform's rows put what they read into `settings`, the product's own where it bound them.
/// Product and settings must outlive the table.
[[nodiscard]] configuration::Table table(const source::Product& product, Settings& settings);

}  // namespace settings
