// The commands and options of the program as data, read from its parser: what completion scripts
// and the manual page are made of.
#pragma once

#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): not ours
class App;
}

namespace commands {

/// What stands behind an option, or on its own.
struct ArgumentValue {
  /// As help shows it: `FILE`. Empty: none is taken.
  std::string name;
  /// The only ones that are taken; empty: any.
  std::vector<std::string> choices;

  [[nodiscard]] bool taken() const { return !name.empty(); }
  [[nodiscard]] bool is_file() const { return name == "FILE"; }
};

struct OptionEntry {
  /// With their dashes, the long one last: `-h`, `--help`.
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
  /// Examples and the like.
  std::string footer;
  std::vector<OptionEntry> options;
  std::vector<PositionalEntry> positionals;
  std::vector<CommandEntry> commands;
};

/// In the order in which they were added.
[[nodiscard]] CommandEntry command_tree(const CLI::App& program);

}  // namespace commands
