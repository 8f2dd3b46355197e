#include "settings/given.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <variant>

#include "settings/text.hpp"
#include "settings/unsupported.hpp"

namespace settings {
namespace {

constexpr std::size_t longest_secret_file = std::size_t{64} * 1024;

/// One way to give a setting: the value itself, or the file that holds it.
struct Candidate {
  std::string text;
  std::string where;
  bool list = false;
  std::string name = {};
  int line = 0;
};

std::optional<Candidate> in_environment(const Environment& environment, const std::string& name) {
  const auto found = environment.find(name);
  if (found == environment.end() || found->second.empty()) return std::nullopt;
  return Candidate{.text = found->second, .where = name, .name = name};
}

/// The ecosystem's convention wants the connector's whole name before its variables.
std::string long_form(std::string_view name) {
  constexpr std::string_view prefix = "KASPERSKY_";
  if (!name.starts_with(prefix)) return {};
  return fmt::format("{}ENRICHMENT_{}", prefix, name.substr(prefix.size()));
}

std::optional<Candidate> in_config(const ConfigFile& config, const std::string& name) {
  const auto path = config_path(name);
  const auto found = config.find(path);
  if (found == config.end() || found->second.text.empty()) return std::nullopt;
  const auto& value = found->second;
  return Candidate{.text = value.text,
                   .where = fmt::format("{} (config.yml, line {}: {})", name, value.line, path),
                   .list = value.list,
                   .name = name,
                   .line = value.line};
}

bool strip_line_break(std::string& text) {
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  return !text.empty();
}

class Gatherer {
 public:
  Gatherer(const Environment& environment, const ConfigFile& config, const Files& files)
      : environment_(environment), config_(config), files_(files) {}

  Gathered all(const Wanted& wanted) {
    for (const auto& row : table()) {
      if (wanted && !wanted(row)) {
        take_standard(row);
      } else if (std::holds_alternative<Proxy>(row.kind)) {
        take_proxies(row);
      } else {
        take(row);
      }
    }
    return std::move(out_);
  }

 private:
  /// The long form counts: the short one may come from the image, which nobody can unset there.
  std::optional<Candidate> in_either_form(const std::string& name) {
    auto found = in_environment(environment_, name);
    auto longer = in_environment(environment_, long_form(name));
    if (found && longer && found->text != longer->text) {
      out_.remarks.push_back(fmt::format("{} is used, {} is not", longer->name, name));
    }
    return longer ? std::move(longer) : std::move(found);
  }

  void take(const Row& row) {
    const std::string name(row.name);
    const auto file_name = file_form(row);
    const auto from = [&](Source source, const auto& look_up) {
      return take_from(row, source, look_up(name),
                       file_name.empty() ? std::nullopt : look_up(file_name));
    };
    if (from(Source::environment, [&](const auto& n) { return in_either_form(n); })) return;
    if (!row.environment_only &&
        from(Source::config_file, [&](const auto& n) { return in_config(config_, n); })) {
      return;
    }
    if (take_former(row)) return;
    if (!take_standard(row) && row.required) out_.missing.push_back(&row);
  }

  /// Whether there is one.
  bool take_standard(const Row& row) {
    if (!row.standard) return false;
    const std::string name(row.name);
    out_.settings.push_back({.row = &row,
                             .text = std::string(*row.standard),
                             .source = Source::standard,
                             .where = name,
                             .name = name});
    return true;
  }

  bool take_former(const Row& row) {
    auto found = in_environment(environment_, std::string(row.former));
    if (!found) return false;
    out_.remarks.push_back(fmt::format("{} is called {} now", row.former, row.name));
    put(row, Source::environment, std::move(*found));
    return true;
  }

  /// Whether the setting was given here, rightly or not.
  bool take_from(const Row& row, Source source, std::optional<Candidate> value,
                 std::optional<Candidate> file) {
    if (value && file) {
      out_.problems.push_back(
          fmt::format("{} must not be given together with {}", file->where, row.name));
    }
    if (!value && file) value = content_of(std::move(*file));
    if (!value) return file.has_value();
    put(row, source, std::move(*value));
    return true;
  }

  void put(const Row& row, Source source, Candidate value) {
    out_.settings.push_back({.row = &row,
                             .text = std::move(value.text),
                             .source = source,
                             .where = std::move(value.where),
                             .list = value.list,
                             .name = std::move(value.name),
                             .line = value.line});
  }

  /// The path is not shown: a token put here by mistake would be.
  std::optional<Candidate> content_of(Candidate file) {
    auto content = files_.read(file.text, longest_secret_file);
    if (!content) {
      out_.problems.push_back(fmt::format("{}: the file {}", file.where, content.error()));
      return std::nullopt;
    }
    if (!strip_line_break(*content)) {
      out_.problems.push_back(fmt::format("{}: the file is empty", file.where));
      return std::nullopt;
    }
    file.text = std::move(*content);
    return file;
  }

  void take_proxies(const Row& row) {
    for (const auto& name : {upper_case(row.name), lower_case(row.name)}) {
      if (auto found = in_environment(environment_, name)) {
        put(row, Source::environment, std::move(*found));
      }
    }
  }

  const Environment& environment_;
  const ConfigFile& config_;
  const Files& files_;
  Gathered out_;
};

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

std::string not_a_setting(std::string_view name) {
  return fmt::format("{} is not a setting of this connector", shown(name));
}

std::string without_effect(std::string_view name, std::string_view reason) {
  return fmt::format("{} has no effect here: it {}", shown(name), reason);
}

/// What Kubernetes sets for a service called `connector`.
bool is_of_a_service(std::string_view name) {
  return name.find("_SERVICE_") != std::string_view::npos ||
         name.find("_PORT") != std::string_view::npos;
}

/// The setting that is likely to be meant by a variable that may be for others; empty: none.
std::string slip_of(std::string_view name, const std::vector<std::string>& known,
                    const std::vector<std::string>& required) {
  if (is_of_a_service(name)) return {};
  if (name.starts_with("CONNECTOR_") || name.starts_with("OPENCTI_")) {
    if (auto near = nearest(name, known); !near.empty()) return near;
  }
  // Also where the prefix itself is misspelt. OPENAI_TOKEN is two letters away.
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

}  // namespace

Gathered gather(const Environment& environment, const ConfigFile& config, const Files& files,
                const Wanted& wanted) {
  return Gatherer(environment, config, files).all(wanted);
}

std::vector<std::string> unknown_names(const Environment& environment, const ConfigFile& config) {
  std::vector<std::string> variables;
  std::vector<std::string> required;
  std::vector<std::string> paths;
  for (const auto& row : table()) {
    for (const auto& name : {std::string(row.name), file_form(row)}) {
      if (name.empty()) continue;
      variables.push_back(name);
      if (row.required) required.push_back(name);
      if (auto longer = long_form(name); !longer.empty()) variables.push_back(std::move(longer));
      if (row.environment_only) continue;
      const auto path = config_path(name);
      paths.push_back(path);
      const auto section = path.substr(0, path.find('.'));
      if (!contains(paths, section)) paths.push_back(section);
    }
  }

  std::vector<std::string> warnings;
  for (const auto& [name, value] : environment) {
    if (value.empty() || contains(variables, name)) continue;
    if (const auto reason = why_without_effect(name)) {
      warnings.push_back(without_effect(name, *reason));
    } else if (name.starts_with("KASPERSKY_")) {
      warnings.push_back(not_a_setting(name) + hint(name, variables));
    } else if (const auto meant = slip_of(name, variables, required); !meant.empty()) {
      warnings.push_back(not_a_setting(name) + did_you_mean(meant));
    }
  }
  for (const auto& [path, value] : config) {
    if (contains(paths, path)) continue;
    if (const auto reason = why_without_effect(variable_of(path))) {
      warnings.push_back(
          fmt::format("config.yml, line {}: {}", value.line, without_effect(path, *reason)));
      continue;
    }
    const auto section = path.substr(0, path.find('.'));
    // Said once, for the section.
    if (section != path && !contains(paths, section)) continue;
    warnings.push_back(fmt::format("config.yml, line {}: {} is not a setting of this connector{}",
                                   value.line, shown_name(path), hint(path, paths)));
  }
  return warnings;
}

}  // namespace settings
