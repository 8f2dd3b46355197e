#include "configuration/known_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "configuration/text.hpp"

namespace configuration {
namespace {

/// The part of a name in config.yml that a message may show: `token:secret`, without a space, is a
/// name too.
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

std::string where_all_are(std::string_view document) {
  return document.empty() ? "" : fmt::format("; {} lists all", document);
}

std::string not_a_setting(std::string_view name) {
  return fmt::format("{} is not a setting of this connector", shown(name));
}

std::string without_effect(std::string_view name, std::string_view reason) {
  return fmt::format("{} has no effect here: it {}", shown(name), reason);
}

/// Whether Kubernetes or docker set the variable for a service called `connector`:
/// CONNECTOR_SERVICE_HOST, CONNECTOR_PORT=tcp://…, CONNECTOR_PORT_443_TCP_ADDR and similar.
bool is_of_a_service(std::string_view name, std::string_view value) {
  constexpr std::string_view port = "_PORT_";
  const auto number = name.find(port);
  const bool numbered = number != std::string_view::npos &&
                        name.substr(number + port.size()).find_first_of("0123456789") == 0;
  return numbered || name.ends_with("_SERVICE_HOST") || name.ends_with("_SERVICE_PORT") ||
         name.find("_SERVICE_PORT_") != std::string_view::npos ||
         (name.ends_with("_PORT") && value.find("://") != std::string_view::npos);
}

/// The required setting that a variable with a misspelled prefix means; empty: none. OPENAI_TOKEN
/// differs from OPENCTI_TOKEN, but is not meant.
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

bool begins_with_one_of(const std::vector<std::string_view>& beginnings, std::string_view name) {
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [&](auto beginning) { return name.starts_with(beginning); });
}

std::optional<std::string_view> why_without_effect(const Naming& naming, std::string_view name) {
  if (!naming.why_without_effect) return std::nullopt;
  return naming.why_without_effect(name);
}

std::vector<std::string> limits_among(const Naming& naming, const std::vector<std::string>& names) {
  std::vector<std::string> limits;
  std::copy_if(names.begin(), names.end(), std::back_inserter(limits), naming.is_a_limit);
  return limits;
}

std::string on_line(int line, std::string_view said) {
  return fmt::format("config.yml, line {}: {}", line, said);
}

}  // namespace

KnownNames::KnownNames(const Table& table) : table_(table) {
  for (const auto& row : table.rows()) {
    add(row.name, row);
    add(file_form(row), row);
    if (!table.former_path(row).empty()) {
      add(row.former, row);
    } else if (!row.former.empty()) {
      variables_.emplace_back(row.former);
    }
  }
}

void KnownNames::add(std::string_view name, const Row& row) {
  if (name.empty()) return;
  variables_.emplace_back(name);
  if (row.required) required_.emplace_back(name);
  if (auto longer = table_.long_form(name); !longer.empty())
    variables_.push_back(std::move(longer));
  if (row.environment_only) return;
  auto path = table_.config_path(name);
  const auto section = path.substr(0, path.find('.'));
  if (!is_path(section)) paths_.push_back(section);
  paths_.push_back(std::move(path));
}

bool KnownNames::is_path(std::string_view path) const { return contains(paths_, path); }

/// Whether the name was meant as a limit of this program: it has our prefix, or differs by maximum
/// two letters from a limit with it.
bool KnownNames::is_lost_limit(std::string_view name, bool ours,
                               const std::vector<std::string>& known) const {
  constexpr std::size_t slips = 2;
  const auto& naming = table_.naming();
  if (!naming.is_a_limit) return false;
  return (ours && naming.is_a_limit(name)) ||
         !nearest_within(slips, name, limits_among(naming, known)).empty();
}

std::string KnownNames::lost_limit(std::string_view name) const {
  std::vector<std::string> limits;
  for (const auto& row : table_.rows()) {
    if (table_.naming().is_a_limit(row.name)) limits.emplace_back(row.name);
  }
  return fmt::format(
      "{} looks like a limit on what may be sent to {}, and is not a setting of this connector; "
      "remove it, or use {}",
      shown_name(name), table_.naming().recipient, fmt::join(limits, ", "));
}

void KnownNames::check_variable(std::string_view name, std::string_view value,
                                UnknownNames& out) const {
  const auto& naming = table_.naming();
  if (contains(variables_, name) || is_of_a_service(name, value)) return;
  if (naming.is_known_of_others && naming.is_known_of_others(name)) return;
  if (const auto reason = why_without_effect(naming, name)) {
    out.warnings.push_back(without_effect(name, *reason));
  } else if (is_lost_limit(name, begins_with_one_of(naming.with_limits, name), variables_)) {
    out.problems.push_back(lost_limit(name));
  } else if (begins_with_one_of(naming.ours, name)) {
    const auto meant = nearest(name, variables_);
    if (meant.empty() && naming.may_be_of_others && naming.may_be_of_others(name)) return;
    out.warnings.push_back(not_a_setting(name) +
                           (meant.empty() ? where_all_are(naming.document) : did_you_mean(meant)));
  } else if (const auto meant = slip_in_the_prefix(name, required_); !meant.empty()) {
    out.warnings.push_back(not_a_setting(name) + did_you_mean(meant));
  }
}

void KnownNames::check_path(const std::string& path, int line, UnknownNames& out) const {
  if (is_path(path)) return;
  const auto section = path.substr(0, path.find('.'));
  const bool ours = is_path(section);
  // A limit without a section, or in a section like a prefix of ours, is hardly another program's.
  const bool ours_if_limit =
      ours || section == path || begins_with_one_of(table_.naming().with_limits, variable_of(path));
  const bool nested = std::count(path.begin(), path.end(), '.') > 1;
  if (const auto reason = why_without_effect(table_.naming(), variable_of(path))) {
    out.warnings.push_back(on_line(line, without_effect(path, *reason)));
  } else if (is_lost_limit(path, ours_if_limit, paths_)) {
    out.problems.push_back(on_line(line, lost_limit(path)));
  } else if (!nested && (section == path || ours)) {
    // One warning per unknown section.
    out.warnings.push_back(on_line(line, fmt::format("{} is not a setting of this connector{}",
                                                     shown_name(path), hint(path, paths_))));
  }
}

UnknownNames KnownNames::others_in(const Environment& environment, const ConfigFile& config) const {
  UnknownNames out;
  for (const auto& [name, value] : environment) {
    if (!value.empty()) check_variable(name, value, out);
  }
  for (const auto& [path, value] : config) check_path(path, value.line, out);
  return out;
}

}  // namespace configuration
