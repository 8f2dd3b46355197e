#include <CLI/CLI.hpp>

#include "app/run.hpp"
#include "commands/commands.hpp"

namespace commands {

Command add_run(CLI::App& program, const SharedArguments& shared) {
  auto* parser =
      program.add_subcommand("run", "Run the connector until it is stopped (the default)");
  parser->footer(examples(shared.product, {"{program} run --config /etc/{program}.yml"}));
  return {
      .parser = parser,
      .run = [&shared](
                 Interruption& /*unused*/) { return app::run(shared.product, shared.config_path); },
      .handles_signals = true};
}

}  // namespace commands
