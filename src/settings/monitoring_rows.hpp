// The rows of the table that are about looking inside: the status page, probes and metrics.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "settings/table.hpp"

namespace settings {

[[nodiscard]] std::span<const Row> monitoring_rows();

/// What is wrong with them together.
[[nodiscard]] std::vector<std::string> monitoring_problems(const Settings& settings);
/// What is allowed but risky.
[[nodiscard]] std::vector<std::string> monitoring_advice(const Monitoring& monitoring);

}  // namespace settings
