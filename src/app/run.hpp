// The command `run`: the connector itself.
#pragma once

#include <optional>
#include <string>

#include "app/exit_code.hpp"
#include "source/product.hpp"

namespace app {

/// Loads the settings, runs the connector until SIGTERM or SIGINT, and lets it finish messages in
/// progress. A second signal ends the process immediately. All problems of the settings are
/// printed, one line each, before anything else is done.
[[nodiscard]] ExitCode run(const source::Product& product,
                           const std::optional<std::string>& config_path);

}  // namespace app
