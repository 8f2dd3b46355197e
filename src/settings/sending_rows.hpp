// Where results go.
#pragma once

#include <vector>

#include "configuration/table.hpp"
#include "settings/settings.hpp"
#include "source/product.hpp"

namespace settings {

/// Bound to the options, which must outlive the rows.
[[nodiscard]] std::vector<configuration::Row> sending_rows(const source::Product& product,
                                                           Sending& options);

/// The S3 storage, where it stands above what the platform gives. Likewise bound.
[[nodiscard]] std::vector<configuration::Row> storage_rows(Storage& options);

}  // namespace settings
