// The program's command line: which command to run, with what.
#pragma once

#include "source/product.hpp"

namespace commands {

/// Parses the arguments, runs the command, and returns the process's exit code (exit_code.hpp).
[[nodiscard]] int run_command_line(const source::Product& product, int argc,
                                   const char* const* argv);

}  // namespace commands
