// The settings in effect, for people.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "configuration/read.hpp"

namespace configuration {

struct EffectiveSetting {
  const Row* row = nullptr;
  /// The title of its chapter.
  std::string_view chapter;
  /// The given value; `***` if it is secret or may contain a secret. Nothing: not set.
  std::optional<std::string> value;
  /// `environment`, `environment: OPENCTI_TOKEN_FILE`, `config.yml, line 7`, `default`, `not set`.
  std::string source;
};

/// All settings in the order of the table, valid or not. A config.yml that cannot be parsed is
/// ignored.
[[nodiscard]] std::vector<EffectiveSetting> effective_settings(const Table& table,
                                                               const Sources& sources,
                                                               const Files& files);

}  // namespace configuration
