// What a command of the program is: options, help, and what it does. One file each in commands/.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/exit_code.hpp"
#include "source/product.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): not ours
class App;
}

namespace commands {

class Interruption;

/// What all commands share. Filled in while the arguments are parsed, so to be read only when a
/// command runs; outlives all of them.
struct SharedArguments {
  const source::Product& product;
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

/// The text with the names of the product in place of `{program}` and `{source}`.
[[nodiscard]] std::string in_words_of(const source::Product& product, std::string_view text);

/// The footer of a command's help: lines to be typed as they are, each perhaps with a `#` comment.
/// They are in_words_of() the product.
[[nodiscard]] std::string examples(const source::Product& product,
                                   const std::vector<std::string>& lines);

}  // namespace commands
