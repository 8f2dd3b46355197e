// The settings that only the Kaspersky connector has: what is looked up, how answers are converted,
// and how many requests are sent.
#pragma once

#include <string>
#include <vector>

#include "configuration/table.hpp"
#include "tip/options.hpp"

namespace tip {

/// Bound to the options, which must outlive the rows.
[[nodiscard]] std::vector<configuration::Row> rows(Options& options);

/// One line per setting that is allowed but risky.
[[nodiscard]] std::vector<std::string> advice(const Options& options);

}  // namespace tip
