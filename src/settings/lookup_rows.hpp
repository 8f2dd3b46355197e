// How often Kaspersky is asked: memory, quota and pace.
#pragma once

#include <vector>

#include "configuration/table.hpp"
#include "settings/settings.hpp"

namespace settings {

/// Bound to the options, which must outlive the rows.
[[nodiscard]] std::vector<configuration::Row> lookup_rows(Lookups& options);

}  // namespace settings
