#include <fmt/format.h>

#include <memory>
#include <string_view>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/problems.hpp"
#include "commands/commands.hpp"
#include "commands/terminal.hpp"
#include "settings/load.hpp"
#include "settings/table.hpp"
#include "text/json.hpp"

namespace commands {
namespace {

using settings::EffectiveSetting;

constexpr std::size_t value_width = 50;

void print_for_people(const std::vector<EffectiveSetting>& all) {
  const auto paint = Paint::for_stream(stdout);
  const auto longest = is_terminal(stdout) ? value_width : std::string::npos;
  std::size_t name_width = 0;
  for (const auto& setting : all) name_width = std::max(name_width, setting.row->name.size());
  std::string_view last;
  for (const auto& [row, chapter, value, source] : all) {
    if (chapter != last) {
      fmt::print("{}{}\n", last.empty() ? "" : "\n", paint(Style::bold, chapter));
      last = chapter;
    }
    const bool given = value && source != "default";
    auto shown = padded(value ? printable(*value, longest) : "-", value_width);
    fmt::print("  {}  {}  {}\n", padded(std::string(row->name), name_width),
               paint(given ? Style::plain : Style::dim, shown),
               paint(Style::dim, printable(source)));
  }
}

void print_json(const std::vector<EffectiveSetting>& all) {
  auto out = nlohmann::ordered_json::array();
  for (const auto& [row, chapter, value, source] : all) {
    out.push_back({{"name", row->name},
                   {"value", value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json()},
                   {"source", source},
                   {"secret", row->secret}});
  }
  fmt::print("{}\n", out.dump(2, ' ', true, nlohmann::ordered_json::error_handler_t::replace));
}

app::ExitCode show(const SharedArguments& shared, bool as_json) {
  const auto sources = settings::sources_of_process(shared.config_path);
  if (!sources) {
    app::print_problems(shared.product, sources.error());
    return app::ExitCode::configuration;
  }
  const settings::DiskFiles files;
  settings::Settings unused;
  const auto table = settings::table(shared.product, unused);
  const auto all = configuration::effective_settings(table, *sources, files);
  as_json ? print_json(all) : print_for_people(all);
  const auto loaded =
      settings::load(shared.product, sources->environment, sources->config_yml, files);
  std::fflush(stdout);
  if (!loaded) {
    app::print_problems(shared.product, loaded.error());
    return app::ExitCode::configuration;
  }
  for (const auto& warning : loaded->warnings) fmt::print(stderr, "warning: {}\n", warning);
  return app::ExitCode::ok;
}

}  // namespace

Command add_config(CLI::App& program, const SharedArguments& shared) {
  auto* parser =
      program.add_subcommand("config", "Show the settings in effect, and where each comes from");
  auto as_json = std::make_shared<bool>(false);
  parser->add_flag("--json", *as_json, "As JSON: a list of name, value, source, secret");
  parser->footer(examples(shared.product, {"{program} config",
                                           "{program} config --json | jq '.[] | "
                                           "select(.source != \"default\")'"}));
  return {parser, [&shared, as_json](Interruption& /*unused*/) { return show(shared, *as_json); }};
}

}  // namespace commands
