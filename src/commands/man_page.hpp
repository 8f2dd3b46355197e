// Generates the manual page from the program's commands, exit codes and settings.
#pragma once

#include <string>

#include "commands/command_tree.hpp"
#include "source/product.hpp"

namespace commands {

/// In roff, for section 1. Without a date, so that the same program always gives the same text.
[[nodiscard]] std::string man_page(const source::Product& product, const CommandEntry& program);

}  // namespace commands
