// Where results go. The rows of the outputs that get copies are with these outputs.
#pragma once

#include <vector>

#include "configuration/table.hpp"
#include "settings/settings.hpp"

namespace settings {

/// Bound to the options, which must outlive the rows.
[[nodiscard]] std::vector<configuration::Row> sending_rows(Sending& options);

}  // namespace settings
