// The Kaspersky connector and the required settings, for the tests of settings.
#pragma once

#include <gtest/gtest.h>

#include "settings/load.hpp"
#include "settings/table.hpp"
#include "support/kaspersky.hpp"
#include "unit/configuration/fixture.hpp"

namespace settings {

using configuration::FakeFiles;

/// The required settings, plus those given, which take precedence.
inline Environment with(const Environment& more = {}) {
  Environment environment = more;
  environment.emplace("OPENCTI_URL", "http://opencti:8080");
  environment.emplace("OPENCTI_TOKEN", "platform-token");
  environment.emplace("KASPERSKY_API_KEY", "api-key-value");
  environment.emplace("CONNECTOR_ID", "6ba1b2f4-5f4e-4a40-a18c-2d6f7b0f0d61");
  return environment;
}

inline const source::Product& product() { return support::kaspersky(); }
inline const Table& table() {
  static Settings unused;
  static const auto rows = table(product(), unused);
  return rows;
}

/// The common settings and those of the product.
struct AllLoaded {
  Settings settings;
  tip::Options kaspersky;
  std::vector<std::string> warnings;
  std::set<std::string> secrets;
};

template <class Load>
tl::expected<AllLoaded, Problems> loaded_by(const Load& load) {
  tip::Options options;
  auto loaded = load(tip::product(options));
  if (!loaded) return tl::unexpected(std::move(loaded.error()));
  return AllLoaded{std::move(loaded->settings), std::move(options), std::move(loaded->warnings),
                   std::move(loaded->secrets)};
}

inline tl::expected<AllLoaded, Problems> load(const Environment& environment,
                                              const std::optional<std::string>& config_yml,
                                              const Files& files, const Wanted& wanted = {}) {
  return loaded_by([&](const source::Product& product) {
    return load(product, environment, config_yml, files, wanted);
  });
}

inline tl::expected<AllLoaded, Problems> load_from_process(
    const std::optional<std::string>& config_path, const Wanted& wanted = {}) {
  return loaded_by([&](const source::Product& product) {
    return load_from_process(product, config_path, wanted);
  });
}

/// What must load.
inline AllLoaded loaded(const Environment& environment,
                        const std::optional<std::string>& yaml = std::nullopt,
                        const FakeFiles& files = FakeFiles()) {
  auto result = load(environment, yaml, files);
  EXPECT_TRUE(result) << (result ? "" : result.error().front());
  return result ? std::move(*result) : AllLoaded{};
}

inline Problems problems_of(const Environment& environment,
                            const std::optional<std::string>& yaml = std::nullopt,
                            const FakeFiles& files = FakeFiles()) {
  auto result = load(environment, yaml, files);
  return result ? Problems{} : std::move(result.error());
}
inline Problems problems_with(const Environment& more,
                              const std::optional<std::string>& yaml = std::nullopt) {
  return problems_of(with(more), yaml);
}

}  // namespace settings
