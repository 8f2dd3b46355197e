#include "commands/completion.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace commands {
namespace {

/// `_kaspersky_enrichment`
std::string function_name(const CommandEntry& program) {
  auto name = "_" + program.name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

std::vector<std::string> command_names(const CommandEntry& program) {
  std::vector<std::string> names;
  names.reserve(program.commands.size());
  for (const auto& command : program.commands) names.push_back(command.name);
  return names;
}

/// The program's options can follow each command, too.
std::vector<OptionEntry> options_of(const CommandEntry& program, const CommandEntry& command) {
  auto options = command.options;
  if (&program == &command) return options;
  for (const auto& option : program.options) {
    const bool own = std::any_of(options.begin(), options.end(), [&](const auto& other) {
      return other.names.back() == option.names.back();
    });
    if (!own && option.value.taken()) options.push_back(option);
  }
  return options;
}

// bash

std::string bash_words(const CommandEntry& program, const CommandEntry& command) {
  std::vector<std::string> words = command_names(command);
  for (const auto& option : options_of(program, command)) {
    words.insert(words.end(), option.names.begin(), option.names.end());
  }
  for (const auto& positional : command.positionals) {
    const auto& choices = positional.value.choices;
    words.insert(words.end(), choices.begin(), choices.end());
  }
  return fmt::format("{}", fmt::join(words, " "));
}

/// The names of all options that satisfy the condition, as a pattern of `case`.
template <class Condition>
std::string option_pattern(const CommandEntry& program, const Condition& condition) {
  std::vector<std::string> names;
  const auto add = [&](const CommandEntry& command) {
    for (const auto& option : command.options) {
      if (!condition(option)) continue;
      for (const auto& name : option.names) {
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
      }
    }
  };
  add(program);
  for (const auto& command : program.commands) add(command);
  return fmt::format("{}", fmt::join(names, "|"));
}

// zsh

/// In single quotes; _arguments gives `[`, `]` and `:` a meaning.
std::string zsh_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      if (c == '[' || c == ']' || c == ':') out += '\\';
      out += c;
    }
  }
  return out;
}

std::string zsh_value(const ArgumentValue& value) {
  if (!value.choices.empty()) {
    return fmt::format("{}:({})", value.name, fmt::join(value.choices, " "));
  }
  return fmt::format("{}:{}", value.name, value.is_file() ? "_files" : " ");
}

std::string zsh_arguments(const std::vector<OptionEntry>& options, std::string_view indent) {
  std::string out;
  for (const auto& option : options) {
    for (const auto& name : option.names) {
      out += fmt::format(" \\\n{}'{}[{}]{}'", indent, name, zsh_text(option.description),
                         option.value.taken() ? ":" + zsh_value(option.value) : "");
    }
  }
  return out;
}

std::string zsh_command(const CommandEntry& program, const CommandEntry& command) {
  auto out = fmt::format("        {})\n          _arguments{}", command.name,
                         zsh_arguments(options_of(program, command), "            "));
  for (const auto& positional : command.positionals) {
    out += fmt::format(" \\\n            '{}:{}'", positional.several ? "*" : "",
                       zsh_value(positional.value));
  }
  return out + " ;;\n";
}

// fish

std::string fish_text(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string fish_value(const ArgumentValue& value) {
  if (!value.choices.empty()) {
    return fmt::format(" -x -a {}", fish_text(fmt::format("{}", fmt::join(value.choices, " "))));
  }
  return value.is_file() ? " -r -F" : " -x";
}

std::string fish_options(const CommandEntry& program, const CommandEntry& command,
                         std::string_view condition) {
  std::string out;
  for (const auto& option : command.options) {
    out += fmt::format("complete -c {}{}", program.name, condition);
    for (const auto& name : option.names) {
      out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    }
    out += fmt::format("{} -d {}\n", option.value.taken() ? fish_value(option.value) : "",
                       fish_text(option.description));
  }
  return out;
}

}  // namespace

std::string bash_completion(const CommandEntry& program) {
  const auto function = function_name(program);
  auto out = fmt::format(
      "# bash completion for {0}\n"
      "{1}() {{\n"
      "  local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} command='' i\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    case ${{COMP_WORDS[i]}} in\n"
      "      {2}) ((i++)) ;;\n"
      "      {3}) command=${{COMP_WORDS[i]}}; break ;;\n"
      "    esac\n"
      "  done\n"
      "  COMPREPLY=()\n"
      "  case $before in\n"
      "    {4}) mapfile -t COMPREPLY < <(compgen -f -- \"$word\"); return ;;\n"
      "  esac\n"
      "  local words=\n"
      "  case $command in\n",
      program.name, function,
      option_pattern(program, [](const auto& option) { return option.value.taken(); }),
      fmt::join(command_names(program), "|"),
      option_pattern(program, [](const auto& option) { return option.value.is_file(); }));
  out += fmt::format("    '') words='{}' ;;\n", bash_words(program, program));
  for (const auto& command : program.commands) {
    out += fmt::format("    {}) words='{}' ;;\n", command.name, bash_words(program, command));
  }
  return out + fmt::format(
                   "  esac\n"
                   "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
                   "}}\n"
                   "complete -F {} {}\n",
                   function, program.name);
}

std::string zsh_completion(const CommandEntry& program) {
  const auto function = function_name(program);
  auto out = fmt::format(
      "#compdef {0}\n"
      "{1}() {{\n"
      "  local state line\n"
      "  _arguments -C{2} \\\n"
      "    '1: :->command' \\\n"
      "    '*:: :->rest'\n"
      "  case $state in\n"
      "    command)\n"
      "      local -a commands=(\n",
      program.name, function, zsh_arguments(program.options, "    "));
  for (const auto& command : program.commands) {
    out += fmt::format("        '{}:{}'\n", command.name, zsh_text(command.description));
  }
  out +=
      "      )\n"
      "      _describe command commands ;;\n"
      "    rest)\n"
      "      case $words[1] in\n";
  for (const auto& command : program.commands) out += zsh_command(program, command);
  // The script was sourced, or is autoloaded as a function of this name.
  return out + fmt::format(
                   "      esac ;;\n"
                   "  esac\n"
                   "}}\n"
                   "if [ \"$funcstack[1]\" = {0} ]; then {0} \"$@\"; else compdef {0} {1}; fi\n",
                   function, program.name);
}

std::string fish_completion(const CommandEntry& program) {
  auto out = fmt::format("# fish completion for {0}\ncomplete -c {0} -f\n", program.name);
  out += fish_options(program, program, "");
  for (const auto& command : program.commands) {
    out += fmt::format("complete -c {} -n __fish_use_subcommand -a {} -d {}\n", program.name,
                       command.name, fish_text(command.description));
  }
  for (const auto& command : program.commands) {
    const auto condition = fmt::format(" -n '__fish_seen_subcommand_from {}'", command.name);
    out += fish_options(program, command, condition);
    for (const auto& positional : command.positionals) {
      if (positional.value.choices.empty()) continue;
      out += fmt::format("complete -c {}{} -a {}\n", program.name, condition,
                         fish_text(fmt::format("{}", fmt::join(positional.value.choices, " "))));
    }
  }
  return out;
}

}  // namespace commands
