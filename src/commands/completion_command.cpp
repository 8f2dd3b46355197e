#include <fmt/format.h>

#include <array>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "commands/commands.hpp"
#include "commands/completion.hpp"

namespace commands {
namespace {

struct Shell {
  std::string_view name;
  std::string (*script)(const CommandEntry&);
};

constexpr std::array shells{Shell{"bash", bash_completion}, Shell{"zsh", zsh_completion},
                            Shell{"fish", fish_completion}};

}  // namespace

Command add_completion(CLI::App& program, const SharedArguments& shared) {
  auto* parser =
      program.add_subcommand("completion", "Print a script that completes commands in a shell");
  std::vector<std::string> names;
  names.reserve(shells.size());
  for (const auto& shell : shells) names.emplace_back(shell.name);
  auto wanted = std::make_shared<std::string>();
  parser->add_option("shell", *wanted, "The shell")
      ->type_name("SHELL")
      ->required()
      ->check(CLI::IsMember(names));
  parser->footer(examples(shared.product, {"source <({program} completion bash)",
                                           "{program} completion fish | source"}));
  return {parser, [wanted, &program](Interruption& /*unused*/) {
            for (const auto& shell : shells) {
              if (shell.name == *wanted) fmt::print("{}", shell.script(command_tree(program)));
            }
            return app::ExitCode::ok;
          }};
}

}  // namespace commands
