// From the environment and config.yml into what a table's rows are bound to.
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

/// Everything that is wrong, one line each: the variable, its value unless that is secret, what is
/// allowed, and the line of config.yml if it came from there. Holds no secret, control character
/// or line break.
struct Problems : std::vector<std::string> {
  using std::vector<std::string>::vector;
  /// What is not wrong by itself, and may be why something is: names that are no settings.
  std::vector<std::string> besides = {};
};

/// What was read besides the values, which are where the rows are bound to.
struct Read {
  /// What works but should be known, one line each.
  std::vector<std::string> warnings;
  /// Each secret once: values of secret settings, or what is secret in them.
  std::set<std::string> secrets;
};

/// Touches nothing but its arguments, and what the rows are bound to.
/// @param wanted with it, what is wrong with other settings does not matter, and nothing is said
/// about names that are no settings.
[[nodiscard]] tl::expected<Read, Problems> read(const Table& table, const Environment& environment,
                                                const std::optional<std::string>& config_yml,
                                                const Files& files, const Wanted& wanted = {});

/// What settings are read from.
struct Sources {
  Environment environment;
  /// The text of the file.
  std::optional<std::string> config_yml;
};

/// This process's environment and the file at `config_path`; without one, config.yml in the working
/// directory if it is there.
[[nodiscard]] tl::expected<Sources, Problems> sources_of_process(
    const std::optional<std::string>& config_path);

}  // namespace configuration
