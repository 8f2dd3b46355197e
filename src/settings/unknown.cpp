#include "settings/unknown.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "settings/table.hpp"
#include "settings/text.hpp"
#include "settings/unsupported.hpp"

namespace settings {
namespace {

/// What a name in config.yml may show of itself in a message: `token:secret`, written without the
/// space, is a name too.
std::string shown_name(std::string_view name) {
  const auto end = name.find(':');
  return shown(name.substr(0, end)) +
         (end == std::string_view::npos ? "" : " (a space is missing after its colon)");
}

std::string did_you_mean(std::string_view name) { return fmt::format("; did you mean {}?", name); }

std::string hint(std::string_view name, const std::vector<std::string>& known) {
  const auto near = nearest(name, known);
  return near.empty() ? "" : did_you_mean(near);
}

constexpr const char* where_all_are = "; docs/configuration.md lists all";

std::string not_a_setting(std::string_view name) {
  return fmt::format("{} is not a setting of this connector", shown(name));
}

std::string without_effect(std::string_view name, std::string_view reason) {
  return fmt::format("{} has no effect here: it {}", shown(name), reason);
}

/// What Kubernetes and docker set in the containers beside a service called `connector`:
/// CONNECTOR_SERVICE_HOST, CONNECTOR_PORT=tcp://…, CONNECTOR_PORT_443_TCP_ADDR and the like.
bool is_of_a_service(std::string_view name, std::string_view value) {
  constexpr std::string_view port = "_PORT_";
  const auto number = name.find(port);
  const bool numbered = number != std::string_view::npos &&
                        name.substr(number + port.size()).find_first_of("0123456789") == 0;
  return numbered || name.ends_with("_SERVICE_HOST") || name.ends_with("_SERVICE_PORT") ||
         name.find("_SERVICE_PORT_") != std::string_view::npos ||
         (name.ends_with("_PORT") && value.find("://") != std::string_view::npos);
}

/// What a container is given for the platform, which may be in one file with variables for all.
bool is_of_the_platform(std::string_view name) {
  // OpenCTI's compose file, and XTM Composer.
  constexpr auto names = std::to_array<std::string_view>(
      {"OPENCTI_ADMIN_EMAIL", "OPENCTI_ADMIN_PASSWORD", "OPENCTI_ADMIN_TOKEN", "OPENCTI_API_TOKEN",
       "OPENCTI_API_URL", "OPENCTI_BASE_URL", "OPENCTI_CONFIG_HASH", "OPENCTI_ENCRYPTION_KEY",
       "OPENCTI_EXTERNAL_SCHEME", "OPENCTI_HEALTHCHECK_ACCESS_KEY", "OPENCTI_HOST", "OPENCTI_PORT",
       "OPENCTI_VERSION"});
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// CONNECTOR_HISTORY_ID and others in OpenCTI's own file of variables.
bool is_id_of_another_connector(std::string_view name) {
  return name.starts_with("CONNECTOR_") && name.ends_with("_ID");
}

bool is_ours(std::string_view name) {
  return name.starts_with("CONNECTOR_") || name.starts_with("KASPERSKY_") ||
         name.starts_with("OPENCTI_");
}

/// The required setting that is meant by a variable whose prefix is misspelt; empty: none.
/// OPENAI_TOKEN is two letters away.
std::string slip_in_the_prefix(std::string_view name, const std::vector<std::string>& required) {
  return nearest_within(name.size() / 8, name, required);
}

/// `CONNECTOR_LOG_LEVEL` for `connector.log_level`.
std::string variable_of(std::string_view path) {
  auto name = upper_case(path);
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Whether a name speaks of a marking: the words of the field, wherever they stand in it.
bool looks_like_a_limit(std::string_view name) {
  constexpr auto anywhere = std::to_array<std::string_view>(
      {"TLP", "MARKING", "CLASSIFICATION", "CONFIDENTIAL", "SENSITIV"});
  constexpr auto at_end = std::to_array<std::string_view>({"_PAP", ".PAP", "MAXPAP", "PAPMAX"});
  const auto upper = upper_case(name);
  return std::any_of(anywhere.begin(), anywhere.end(),
                     [&](auto word) { return upper.find(word) != std::string::npos; }) ||
         upper.find("_PAP_") != std::string::npos ||
         std::any_of(at_end.begin(), at_end.end(),
                     [&](auto word) { return upper.ends_with(word); });
}

/// Every name that a setting can be given by.
struct KnownNames {
  std::vector<std::string> variables;
  /// Those of required settings.
  std::vector<std::string> required;
  /// Sections and keys of config.yml.
  std::vector<std::string> paths;

  void add(std::string_view name, const Row& row) {
    if (name.empty()) return;
    variables.emplace_back(name);
    if (row.required) required.emplace_back(name);
    if (auto longer = long_form(name); !longer.empty()) variables.push_back(std::move(longer));
    if (row.environment_only) return;
    auto path = config_path(name);
    const auto section = path.substr(0, path.find('.'));
    if (!contains(paths, section)) paths.push_back(section);
    paths.push_back(std::move(path));
  }
};

const KnownNames& known_names() {
  static const auto names = [] {
    KnownNames all;
    for (const auto& row : table()) {
      all.add(row.name, row);
      all.add(file_form(row), row);
      const auto path = former_path(row);
      if (path.empty()) {
        if (!row.former.empty()) all.variables.emplace_back(row.former);
      } else {
        all.add(row.former, row);
      }
    }
    return all;
  }();
  return names;
}

std::vector<std::string> limits_among(const std::vector<std::string>& names) {
  std::vector<std::string> limits;
  std::copy_if(names.begin(), names.end(), std::back_inserter(limits), looks_like_a_limit);
  return limits;
}

/// Whether somebody meant it to keep data of ours in. It is for another program unless it is in our
/// part of the names, or within two letters of a limit there.
bool is_lost_limit(std::string_view name, bool ours, const std::vector<std::string>& known) {
  constexpr std::size_t slips = 2;
  return (ours && looks_like_a_limit(name)) ||
         !nearest_within(slips, name, limits_among(known)).empty();
}

std::string lost_limit(std::string_view name) {
  std::vector<std::string> limits;
  for (const auto& row : table()) {
    if (looks_like_a_limit(row.name)) limits.emplace_back(row.name);
  }
  return fmt::format(
      "{} looks like a limit on what may be sent to Kaspersky, and is not a setting of this "
      "connector; remove it, or use {}",
      shown_name(name), fmt::join(limits, ", "));
}

std::string on_line(int line, std::string_view said) {
  return fmt::format("config.yml, line {}: {}", line, said);
}

void look_at_variable(std::string_view name, std::string_view value, UnknownNames& out) {
  const auto& known = known_names();
  if (contains(known.variables, name) || is_of_a_service(name, value) || is_of_the_platform(name)) {
    return;
  }
  const bool limits_us = name.starts_with("CONNECTOR_") || name.starts_with("KASPERSKY_");
  if (const auto reason = why_without_effect(name)) {
    out.warnings.push_back(without_effect(name, *reason));
  } else if (is_lost_limit(name, limits_us, known.variables)) {
    out.problems.push_back(lost_limit(name));
  } else if (is_ours(name)) {
    const auto meant = nearest(name, known.variables);
    if (meant.empty() && is_id_of_another_connector(name)) return;
    out.warnings.push_back(not_a_setting(name) +
                           (meant.empty() ? where_all_are : did_you_mean(meant)));
  } else if (const auto meant = slip_in_the_prefix(name, known.required); !meant.empty()) {
    out.warnings.push_back(not_a_setting(name) + did_you_mean(meant));
  }
}

void look_at_path(const std::string& path, int line, UnknownNames& out) {
  const auto& paths = known_names().paths;
  if (contains(paths, path)) return;
  const auto section = path.substr(0, path.find('.'));
  const bool ours = contains(paths, section);
  if (const auto reason = why_without_effect(variable_of(path))) {
    out.warnings.push_back(on_line(line, without_effect(path, *reason)));
  } else if (is_lost_limit(path, ours, paths)) {
    out.problems.push_back(on_line(line, lost_limit(path)));
  } else if (section == path || ours) {
    // Of a section that is not ours it is said once.
    out.warnings.push_back(on_line(line, fmt::format("{} is not a setting of this connector{}",
                                                     shown_name(path), hint(path, paths))));
  }
}

}  // namespace

UnknownNames unknown_names(const Environment& environment, const ConfigFile& config) {
  UnknownNames out;
  for (const auto& [name, value] : environment) {
    if (!value.empty()) look_at_variable(name, value, out);
  }
  for (const auto& [path, value] : config) look_at_path(path, value.line, out);
  return out;
}

bool is_known_path(std::string_view path) { return contains(known_names().paths, path); }

}  // namespace settings
