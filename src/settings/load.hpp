// From the environment and config.yml to checked settings of a connector.
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
  /// What works but should be known, one line each: names that are no settings, and risky choices.
  std::vector<std::string> warnings;
  /// Every secret value in effect, for the log to hide: tokens, passwords, keys, values of custom
  /// headers, and the credentials inside proxy addresses.
  std::set<std::string> secrets;
};

/// Touches nothing but its arguments, and what the product bound its own settings to.
/// @param wanted with it, what is wrong with other settings does not matter, and nothing is said
/// about names that are no settings, and about choices that are risky.
[[nodiscard]] tl::expected<Loaded, Problems> load(const source::Product& product,
                                                  const Environment& environment,
                                                  const std::optional<std::string>& config_yml,
                                                  const Files& files, const Wanted& wanted = {});

/// load() from sources_of_process().
[[nodiscard]] tl::expected<Loaded, Problems> load_from_process(
    const source::Product& product, const std::optional<std::string>& config_path,
    const Wanted& wanted = {});

}  // namespace settings
