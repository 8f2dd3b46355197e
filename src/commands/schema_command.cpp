#include <cstdio>
#include <string>

#include <CLI/CLI.hpp>

#include "commands/commands.hpp"
#include "settings/catalogue.hpp"

namespace commands {

Command add_schema(CLI::App& program, const SharedArguments& shared) {
  auto* parser = program.add_subcommand("schema", "Print the JSON schema of the settings");
  parser->footer(examples(shared.product, {"{program} schema > connector_config_schema.json"}));
  return {parser, [&shared](Interruption& /*unused*/) {
            const auto text = settings::config_schema_json(shared.product);
            return std::fwrite(text.data(), 1, text.size(), stdout) == text.size()
                       ? app::ExitCode::ok
                       : app::ExitCode::failed;
          }};
}

}  // namespace commands
