// Settings of certificates and proxies for all connections.
#pragma once

#include <vector>

#include "configuration/table.hpp"
#include "settings/settings.hpp"

namespace settings {

/// Bound to the options, which must outlive the rows. They are read from the environment only.
[[nodiscard]] std::vector<configuration::Row> network_rows(Settings& options);

}  // namespace settings
