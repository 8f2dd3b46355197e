// The manual page, made of the same commands, exit codes and settings that the program has.
#pragma once

#include <string>

#include "commands/command_tree.hpp"
#include "source/product.hpp"

namespace commands {

/// In roff, for section 1. Holds no date, so that the same program always gives the same text.
[[nodiscard]] std::string man_page(const source::Product& product, const CommandEntry& program);

}  // namespace commands
