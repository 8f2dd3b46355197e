#include "commands/command_tree.hpp"

#include <CLI/CLI.hpp>

#include "configuration/text.hpp"

namespace commands {
namespace {

/// CLI11 has the choices in the name of the type: `WORD:{bash,zsh,fish}`.
ArgumentValue value_of(const CLI::Option& option) {
  ArgumentValue value;
  const auto type = option.get_type_name();
  const auto open = type.find('{');
  value.name = type.substr(0, type.find(':'));
  if (open == std::string::npos) return value;
  const auto close = type.find('}', open);
  const auto choices = std::string_view(type).substr(open + 1, close - open - 1);
  for (const auto choice : configuration::split(choices, ',')) value.choices.emplace_back(choice);
  return value;
}

OptionEntry option_entry(const CLI::Option& option) {
  OptionEntry entry;
  for (const auto& name : option.get_snames()) entry.names.push_back("-" + name);
  for (const auto& name : option.get_lnames()) entry.names.push_back("--" + name);
  entry.description = option.get_description();
  if (option.get_items_expected_max() > 0) entry.value = value_of(option);
  return entry;
}

PositionalEntry positional_entry(const CLI::Option& option) {
  return {.name = option.get_name(true),
          .description = option.get_description(),
          .value = value_of(option),
          .required = option.get_required(),
          .several = option.get_items_expected_max() > 1};
}

}  // namespace

CommandEntry command_tree(const CLI::App& program) {
  CommandEntry entry;
  entry.name = program.get_name();
  entry.description = program.get_description();
  entry.footer = program.get_footer();
  for (const auto* option : program.get_options()) {
    if (option->get_positional()) {
      entry.positionals.push_back(positional_entry(*option));
    } else {
      entry.options.push_back(option_entry(*option));
    }
  }
  for (const auto* command : program.get_subcommands({})) {
    entry.commands.push_back(command_tree(*command));
  }
  return entry;
}

}  // namespace commands
