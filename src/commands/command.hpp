// What a command of the program is: options, help, and what it does. One file each in commands/.
#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "app/exit_code.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): not ours
class App;
}

namespace commands {

class Interruption;

/// What all commands share. Filled in while the arguments are parsed, so to be read only when a
/// command runs; outlives all of them.
struct SharedArguments {
  /// Instead of config.yml in the working directory.
  std::optional<std::string> config_path;
};

/// A command that has been added to the program.
struct Command {
  CLI::App* parser;
  /// What it is handed is watching for signals already, unless the command minds them itself.
  std::function<app::ExitCode(Interruption&)> run;
  bool minds_signals = false;
};

/// Adds a command to the program.
using AddCommand = Command (*)(CLI::App& program, const SharedArguments& shared);

/// The footer of a command's help: lines to be typed as they are, each perhaps with a `#` comment.
[[nodiscard]] std::string examples(std::initializer_list<std::string_view> lines);

}  // namespace commands
