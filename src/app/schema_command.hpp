// The command `schema`.
#pragma once

#include "app/exit_code.hpp"

namespace app {

/// Prints the JSON schema of the settings to standard output.
[[nodiscard]] ExitCode print_schema();

}  // namespace app
