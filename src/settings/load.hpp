// From the environment and config.yml to checked settings.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "settings/files.hpp"
#include "settings/given.hpp"
#include "settings/settings.hpp"

namespace settings {

struct Loaded {
  Settings settings;
  /// What works but should be known, one line each: names that are no settings, and risky choices.
  std::vector<std::string> warnings;
};

/// Everything that is wrong, one line each: the variable, its value unless that is secret, what is
/// allowed, and the line of config.yml if it came from there. Holds no secret, control character
/// or line break.
struct Problems : std::vector<std::string> {
  using std::vector<std::string>::vector;
  /// What is not wrong by itself, and may be why something is: names that are no settings.
  std::vector<std::string> besides = {};
};

/// Touches nothing but its arguments.
/// @param wanted with it, what is wrong with other settings does not matter, and nothing is said
/// about names that are no settings, and about choices that are risky.
[[nodiscard]] tl::expected<Loaded, Problems> load(const Environment& environment,
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

/// load() from sources_of_process().
[[nodiscard]] tl::expected<Loaded, Problems> load_from_process(
    const std::optional<std::string>& config_path, const Wanted& wanted = {});

}  // namespace settings
