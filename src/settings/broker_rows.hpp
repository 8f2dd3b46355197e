// Settings of the broker that override what the platform provides.
#pragma once

#include <vector>

#include "configuration/table.hpp"
#include "settings/settings.hpp"

namespace settings {

/// Bound to the options, which must outlive the rows.
[[nodiscard]] std::vector<configuration::Row> broker_rows(Broker& options);

}  // namespace settings
