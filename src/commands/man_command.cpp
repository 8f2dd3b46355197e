#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "commands/commands.hpp"
#include "commands/man_page.hpp"

namespace commands {

Command add_man(CLI::App& program, const SharedArguments& shared) {
  auto* parser = program.add_subcommand("man", "Print the manual page, in roff");
  parser->footer(examples(shared.product, {"{program} man | man -l -"}));
  return {parser, [&program, &shared](Interruption& /*unused*/) {
            fmt::print("{}", man_page(shared.product, command_tree(program)));
            return app::ExitCode::ok;
          }};
}

}  // namespace commands
