// What is asked of Kaspersky, and what is made of the answers.
#pragma once

#include <vector>

#include "configuration/table.hpp"
#include "settings/settings.hpp"

namespace settings {

/// Bound to the options, which must outlive the rows.
[[nodiscard]] std::vector<configuration::Row> kaspersky_rows(Kaspersky& options);

}  // namespace settings
