// The settings that only the Kaspersky connector has: what is asked, what is made of the answers,
// and how often is asked.
#pragma once

#include <string>
#include <vector>

#include "configuration/table.hpp"
#include "tip/options.hpp"

namespace tip {

/// Bound to the options, which must outlive the rows.
[[nodiscard]] std::vector<configuration::Row> rows(Options& options);

/// What is allowed but risky.
[[nodiscard]] std::vector<std::string> advice(const Options& options);

}  // namespace tip
