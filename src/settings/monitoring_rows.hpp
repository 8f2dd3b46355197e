// Settings for monitoring: the status page, probes and metrics.
#pragma once

#include <string>
#include <vector>

#include "configuration/table.hpp"
#include "settings/settings.hpp"

namespace settings {

/// Bound to the options, which must outlive the rows.
[[nodiscard]] std::vector<configuration::Row> monitoring_rows(Monitoring& options);

/// Problems of their combinations.
[[nodiscard]] std::vector<std::string> monitoring_problems(const Monitoring& monitoring);
/// One line per setting that is allowed but risky.
[[nodiscard]] std::vector<std::string> monitoring_advice(const Monitoring& monitoring);

}  // namespace settings
