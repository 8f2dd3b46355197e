// The settings in effect, as people are shown them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "configuration/read.hpp"

namespace configuration {

struct EffectiveSetting {
  const Row* row = nullptr;
  /// Of its chapter.
  std::string_view chapter;
  /// As it was given; `***` for what is secret, or may hold something secret. Nothing: not set.
  std::optional<std::string> value;
  /// `environment`, `environment: OPENCTI_TOKEN_FILE`, `config.yml, line 7`, `default`, `not set`.
  std::string source;
};

/// All settings, in the order of the table, whether they are right or not. Of a config.yml that
/// cannot be read nothing counts.
[[nodiscard]] std::vector<EffectiveSetting> effective_settings(const Table& table,
                                                               const Sources& sources,
                                                               const Files& files);

}  // namespace configuration
