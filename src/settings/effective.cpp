#include "settings/effective.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "settings/text.hpp"
#include "settings/unknown.hpp"

namespace settings {
namespace {

std::string visible(const Given& given) {
  if (given.row->secret || may_hold_secret(given.text)) return "***";
  // The query of an address may hold a key.
  if (std::holds_alternative<Url>(given.row->kind)) {
    return given.text.substr(0, given.text.find_first_of("?#"));
  }
  return given.text;
}

std::string source_of(const Given& given) {
  const bool by_own_name = upper_case(given.name) == given.row->name;
  switch (given.source) {
    case Source::environment:
      return by_own_name ? "environment" : fmt::format("environment: {}", given.name);
    case Source::config_file:
      return by_own_name
                 ? fmt::format("config.yml, line {}", given.line)
                 : fmt::format("config.yml, line {}: {}", given.line, config_path(given.name));
    case Source::standard:
      break;
  }
  return "default";
}

}  // namespace

std::vector<EffectiveSetting> effective_settings(const Sources& sources, const Files& files) {
  ConfigFile config;
  if (sources.config_yml) {
    if (auto parsed = parse_config_file(*sources.config_yml, is_known_path))
      config = std::move(*parsed);
  }
  const auto gathered = gather(sources.environment, config, files);
  std::vector<EffectiveSetting> out;
  for (const auto& row : table()) {
    bool given_at_all = false;
    for (const auto& given : gathered.settings) {
      if (given.row != &row) continue;
      given_at_all = true;
      out.push_back({&row, visible(given), source_of(given)});
    }
    if (!given_at_all) out.push_back({&row, std::nullopt, "not set"});
  }
  return out;
}

}  // namespace settings
