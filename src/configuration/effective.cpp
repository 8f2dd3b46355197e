#include "configuration/effective.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "configuration/known_names.hpp"
#include "configuration/text.hpp"

namespace configuration {
namespace {

std::string visible(const Given& given) {
  if (given.row->secret || may_hold_secret(given.text)) return "***";
  // The query of a URL may contain a key.
  if (given.row->kind.address) {
    return given.text.substr(0, given.text.find_first_of("?#"));
  }
  return given.text;
}

std::string source_of(const Table& table, const Given& given) {
  const bool by_own_name = upper_case(given.name) == given.row->name;
  switch (given.source) {
    case Source::environment:
      return by_own_name ? "environment" : fmt::format("environment: {}", given.name);
    case Source::config_file:
      return by_own_name ? fmt::format("config.yml, line {}", given.line)
                         : fmt::format("config.yml, line {}: {}", given.line,
                                       table.config_path(given.name));
    case Source::default_value:
      break;
  }
  return "default";
}

}  // namespace

std::vector<EffectiveSetting> effective_settings(const Table& table, const Sources& sources,
                                                 const Files& files) {
  const KnownNames known(table);
  ConfigFile config;
  if (sources.config_yml) {
    auto parsed = parse_config_file(*sources.config_yml,
                                    [&](std::string_view path) { return known.is_path(path); });
    if (parsed) config = std::move(*parsed);
  }
  const auto gathered = gather(table, sources.environment, config, files);
  std::vector<EffectiveSetting> out;
  for (const auto& chapter : table.chapters()) {
    for (const auto& row : chapter.rows) {
      bool given_at_all = false;
      for (const auto& given : gathered.settings) {
        if (given.row != &row) continue;
        given_at_all = true;
        out.push_back({&row, chapter.title, visible(given), source_of(table, given)});
      }
      if (!given_at_all) out.push_back({&row, chapter.title, std::nullopt, "not set"});
    }
  }
  return out;
}

}  // namespace configuration
