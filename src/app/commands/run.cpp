#include "app/run.hpp"

#include <CLI/CLI.hpp>

#include "app/commands.hpp"

namespace app {

Command add_run(CLI::App& program, const SharedArguments& shared) {
  auto* parser =
      program.add_subcommand("run", "Run the connector until it is stopped (the default)");
  parser->footer(examples({"kaspersky-enrichment run --config /etc/kaspersky-enrichment.yml"}));
  return {parser, [&shared] { return run(shared.config_path); }};
}

}  // namespace app
