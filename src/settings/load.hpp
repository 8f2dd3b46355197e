// Loads the environment and config.yml into checked settings of a connector.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "settings/engine.hpp"
#include "settings/settings.hpp"
#include "source/product.hpp"

namespace settings {

struct Loaded {
  Settings settings;
  /// Warnings, one line each: unknown names, and risky settings.
  std::vector<std::string> warnings;
  /// All secrets in effect, which the log must hide: tokens, passwords, keys, values of custom
  /// headers, and credentials in proxy URLs.
  std::set<std::string> secrets;
};

/// Uses only its arguments and the variables that the product's settings are bound to.
/// @param wanted if set, problems of other settings, unknown names and risky settings are ignored
[[nodiscard]] tl::expected<Loaded, Problems> load(const source::Product& product,
                                                  const Environment& environment,
                                                  const std::optional<std::string>& config_yml,
                                                  const Files& files, const Wanted& wanted = {});

/// load() from sources_of_process().
[[nodiscard]] tl::expected<Loaded, Problems> load_from_process(
    const source::Product& product, const std::optional<std::string>& config_path,
    const Wanted& wanted = {});

}  // namespace settings
