// The table of this connector's settings: which rows there are, and in which chapters.
#pragma once

#include "configuration/table.hpp"
#include "settings/settings.hpp"

namespace settings {

/// Its rows put what they read into `settings`, which must outlive the table.
[[nodiscard]] configuration::Table table_into(Settings& settings);

/// To look at: what its rows read goes nowhere.
[[nodiscard]] const configuration::Table& table();

}  // namespace settings
