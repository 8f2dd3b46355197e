// Scripts that complete the command line in a shell.
#pragma once

#include <string>
#include <string_view>

#include "commands/command_tree.hpp"

namespace commands {

/// To be sourced by bash.
[[nodiscard]] std::string bash_completion(const CommandEntry& program);
/// To be put into a folder of `fpath` as `_NAME`, or sourced after `compinit`.
[[nodiscard]] std::string zsh_completion(const CommandEntry& program);
/// To be sourced by fish, or put into its folder of completions as `NAME.fish`.
[[nodiscard]] std::string fish_completion(const CommandEntry& program);

}  // namespace commands
