#include <fmt/format.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <string>

#include <CLI/CLI.hpp>

#include "app/options.hpp"
#include "app/problems.hpp"
#include "app/stores.hpp"
#include "commands/commands.hpp"
#include "commands/guest_store.hpp"
#include "settings/load.hpp"
#include "storage/transfer.hpp"

namespace commands {
namespace {

const std::vector<std::string> directions{"import", "export"};

app::ExitCode reject(const SharedArguments& shared, const std::string& problem) {
  app::print_problems(shared.product, {problem});
  return app::ExitCode::configuration;
}

app::ExitCode transfer(const SharedArguments& shared, bool importing) {
  const auto loaded = settings::load_from_process(shared.product, shared.config_path);
  if (!loaded) {
    app::print_problems(shared.product, loaded.error());
    return app::ExitCode::configuration;
  }
  const auto& settings = loaded->settings;
  const auto path = setting(shared.product, "CACHE_PATH");
  if (settings.shared.url.empty())
    return reject(shared, "CONNECTOR_STORE must name the shared store");
  if (settings.policies.cache_path.empty()) return reject(shared, path + " must name the file");
  auto options = app::store_options(shared.product, settings);
  options.only_existing = importing;
  try {
    storage::Database file(std::move(options), silence());
    app::SharedStore store(settings, silence(), app::SharedStore::As::guest);
    const auto done = importing ? storage::import_into(store.redis(), file)
                                : storage::export_from(store.redis(), file);
    if (!done) {
      fmt::print(stderr, "{}: {}; data copied so far stays; run the command again\n",
                 store.redis().server(), done.error().message);
      return app::ExitCode::failed;
    }
    for (const auto& [what, rows] : *done) fmt::print("{:>8}  {}\n", rows, what);
    return app::ExitCode::ok;
  } catch (const std::runtime_error& unusable) {
    return reject(shared, unusable.what());
  }
}

}  // namespace

Command add_store(CLI::App& program, const SharedArguments& shared) {
  auto* parser = program.add_subcommand(
      "store", "Copy what the cache file holds into the shared store, or back");
  auto direction = std::make_shared<std::string>();
  parser
      ->add_option("direction", *direction,
                   "import: from the file to the shared store; export: back to the file")
      ->type_name("DIRECTION")
      ->required()
      ->check(CLI::IsMember(directions));
  parser->footer(
      examples(shared.product, {"# before the first replica starts, with the old instance stopped",
                                "CONNECTOR_STORE=redis://redis:6379/1 {program} store import",
                                "# before one instance takes over again, with all replicas stopped",
                                "CONNECTOR_STORE=redis://redis:6379/1 {program} store export"}));
  return {parser, [&shared, direction](Interruption& /*unused*/) {
            return transfer(shared, *direction == directions.front());
          }};
}

}  // namespace commands
