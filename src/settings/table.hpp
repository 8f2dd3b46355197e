// The table of a connector's settings: rows and chapters.
#pragma once

#include "configuration/table.hpp"
#include "settings/settings.hpp"
#include "source/product.hpp"

namespace settings {

/// The platform's rows are bound to `settings`, the product's rows to its own variables. Product
/// and settings must outlive the table.
[[nodiscard]] configuration::Table table(const source::Product& product, Settings& settings);

}  // namespace settings
