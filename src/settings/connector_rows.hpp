// Settings of the connector: its identity, its scope, and how it works.
#pragma once

#include <vector>

#include "configuration/table.hpp"
#include "settings/settings.hpp"
#include "source/product.hpp"

namespace settings {

/// Bound to the options, which must outlive the rows.
[[nodiscard]] std::vector<configuration::Row> connector_rows(const source::Product& product,
                                                             Connector& options);

}  // namespace settings
