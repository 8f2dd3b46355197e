// The commands and options of the program as data, read from its parser. Completion scripts and the
// manual page are made from it.
#pragma once

#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): not ours
class App;
}

namespace commands {

/// The value of an option, or a positional argument.
struct ArgumentValue {
  /// As in the help: `FILE`. Empty: without a value.
  std::string name;
  /// The allowed values; empty: any.
  std::vector<std::string> choices;

  [[nodiscard]] bool taken() const { return !name.empty(); }
  [[nodiscard]] bool is_file() const { return name == "FILE"; }
};

struct OptionEntry {
  /// With dashes, the long name last: `-h`, `--help`.
  std::vector<std::string> names;
  std::string description;
  ArgumentValue value;
};

struct PositionalEntry {
  std::string name;
  std::string description;
  ArgumentValue value;
  bool required = false;
  bool several = false;
};

struct CommandEntry {
  std::string name;
  std::string description;
  /// Examples and similar text.
  std::string footer;
  std::vector<OptionEntry> options;
  std::vector<PositionalEntry> positionals;
  std::vector<CommandEntry> commands;
};

/// In the order in which they were added.
[[nodiscard]] CommandEntry command_tree(const CLI::App& program);

}  // namespace commands
