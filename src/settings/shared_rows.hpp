// Settings of the store that replicas share.
#pragma once

#include <string>
#include <vector>

#include "configuration/table.hpp"
#include "settings/settings.hpp"
#include "source/product.hpp"

namespace settings {

[[nodiscard]] std::vector<configuration::Row> shared_rows(const source::Product& product,
                                                          SharedStore& options);

/// One line per setting that is allowed but risky.
[[nodiscard]] std::vector<std::string> shared_advice(const source::Product& product,
                                                     const SharedStore& options,
                                                     const std::string& cache_path);

}  // namespace settings
