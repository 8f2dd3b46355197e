// A command of the program: options, help, and its function. Each command is one file in commands/.
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

/// Arguments that all commands share. Set while the arguments are parsed: read them only when a
/// command runs. Outlives all commands.
struct SharedArguments {
  const source::Product& product;
  /// Instead of config.yml in the working directory.
  std::optional<std::string> config_path;
};

/// A command that has been added to the program.
struct Command {
  CLI::App* parser;
  /// The Interruption already watches for signals, unless `handles_signals`.
  std::function<app::ExitCode(Interruption&)> run;
  bool handles_signals = false;
};

/// Adds a command to the program.
using AddCommand = Command (*)(CLI::App& program, const SharedArguments& shared);

/// The text with the product's names for `{program}` and `{source}`.
[[nodiscard]] std::string in_words_of(const source::Product& product, std::string_view text);

/// The footer of a command's help: lines that can be typed unchanged, each optionally with a `#`
/// comment. Placeholders as in in_words_of().
[[nodiscard]] std::string examples(const source::Product& product,
                                   const std::vector<std::string>& lines);

}  // namespace commands
