#include "app/command_line.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "app/exit_code.hpp"
#include "app/run.hpp"
#include "app/schema_command.hpp"
#include "app/version.hpp"

namespace app {
namespace {

constexpr const char* description =
    "OpenCTI enrichment connector for Kaspersky Threat Intelligence Portal.\n"
    "Listens for observables that OpenCTI wants enriched, asks Kaspersky about them,\n"
    "and sends back what it knows.";

constexpr const char* footer =
    "Settings come from the environment, then from config.yml; docs/configuration.md lists them.\n"
    "\n"
    "Exit codes: 0 stopped on request, 1 stopped before everything was finished,\n"
    "            64 wrong command line, 78 wrong settings,\n"
    "            130 or 143 ended at once by a second SIGINT or SIGTERM\n"
    "\n"
    "Example:\n"
    "  OPENCTI_URL=https://opencti.example OPENCTI_TOKEN_FILE=/run/secrets/opencti \\\n"
    "  KASPERSKY_API_KEY_FILE=/run/secrets/kaspersky CONNECTOR_LOG_LEVEL=info "
    "kaspersky-enrichment\n";

}  // namespace

int run_command_line(int argc, const char* const* argv) {
  CLI::App program(description, "kaspersky-enrichment");
  program.footer(footer);
  program.set_version_flag("--version", std::string(version));
  program.require_subcommand(0, 1);

  std::optional<std::string> config_path;
  program.add_option("--config", config_path,
                     "Configuration file instead of config.yml in the working directory");
  program.add_subcommand("run", "Run the connector until it is stopped (the default)")
      ->fallthrough();
  const auto* schema = program.add_subcommand("schema", "Print the JSON schema of the settings");
  const auto* show_version = program.add_subcommand("version", "Print the version");

  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool asked_for_help = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success);
    program.exit(error);
    return static_cast<int>(asked_for_help ? ExitCode::ok : ExitCode::usage);
  }
  if (schema->parsed()) return static_cast<int>(print_schema());
  if (show_version->parsed()) {
    fmt::print("kaspersky-enrichment {}\n", version);
    return static_cast<int>(ExitCode::ok);
  }
  return static_cast<int>(run(config_path));
}

}  // namespace app
