// Prints problems of the settings, and logs of commands.
#pragma once

#include <string>
#include <vector>

#include "settings/load.hpp"
#include "source/product.hpp"
#include "telemetry/log.hpp"

namespace app {

/// A heading, and a line per problem.
[[nodiscard]] std::vector<std::string> lines_of(const source::Product& product,
                                                const settings::Problems& problems);

/// Prints all problems on standard error.
void print_problems(const source::Product& product, const settings::Problems& problems);

/// For commands that people run: warnings and errors as plain text on standard error, without
/// secrets.
[[nodiscard]] telemetry::Log log_for_people(const source::Product& product,
                                            const settings::Loaded& loaded);

}  // namespace app
