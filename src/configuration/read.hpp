// Reads the environment and config.yml into the variables that a table's rows are bound to.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "configuration/files.hpp"
#include "configuration/given.hpp"
#include "configuration/table.hpp"

namespace configuration {

/// All problems, one line each: the variable, its value unless that is secret, the allowed values,
/// and the line of config.yml if the value is from there. Without secrets, control characters and
/// line breaks.
struct Problems : std::vector<std::string> {
  using std::vector<std::string>::vector;
  /// Warnings of the same settings, such as unknown names: they may be the causes.
  std::vector<std::string> warnings = {};
};

/// The result apart from the values, which are in the bound variables.
struct Read {
  /// Warnings about settings that work, one line each.
  std::vector<std::string> warnings;
  /// The values of secret settings, or their secret parts.
  std::set<std::string> secrets;
};

/// Uses only its arguments and the bound variables.
/// @param wanted if set, problems of other settings and unknown names are ignored
[[nodiscard]] tl::expected<Read, Problems> read(const Table& table, const Environment& environment,
                                                const std::optional<std::string>& config_yml,
                                                const Files& files, const Wanted& wanted = {});

/// The sources of settings.
struct Sources {
  Environment environment;
  /// The text of the file.
  std::optional<std::string> config_yml;
};

/// This process's environment and the file at `config_path`; without a path, config.yml in the
/// working directory if it exists.
[[nodiscard]] tl::expected<Sources, Problems> sources_of_process(
    const std::optional<std::string>& config_path);

}  // namespace configuration
