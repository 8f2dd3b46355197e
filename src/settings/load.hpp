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
using Problems = std::vector<std::string>;

/// Touches nothing but its arguments.
[[nodiscard]] tl::expected<Loaded, Problems> load(const Environment& environment,
                                                  const std::optional<std::string>& config_yml,
                                                  const Files& files);

/// From this process's environment and the file at `config_path`; without one, from config.yml in
/// the working directory if it is there.
[[nodiscard]] tl::expected<Loaded, Problems> load_from_process(
    const std::optional<std::string>& config_path);

}  // namespace settings
