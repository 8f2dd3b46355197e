// Parses config.yml: sections with keys, without further nesting. yaml-cpp appears in
// config_file.cpp only.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace configuration {

/// The value of one key; a list has its items separated by commas.
struct ConfigValue {
  std::string text = {};
  bool list = false;
  /// Counted from 1.
  int line = 0;
};

/// Values by path: `mq.host`. Keys without a value, and sections without keys (`mq`), have an empty
/// text.
using ConfigFile = std::map<std::string, ConfigValue, std::less<>>;

/// Whether a section (`mq`) or a key (`mq.host`) belongs to this program.
using KnownPath = std::function<bool(std::string_view path)>;

/// Maximum 1 MiB. Rejects anchors, aliases and tags (they hide the meaning of a file), duplicate
/// keys, and values that are neither a text nor a list of texts. A problem is one line with the
/// line number, and never quotes a value.
/// @param known other sections and keys are not checked: they belong to other programs, and may
/// have any form. If empty, all are checked.
[[nodiscard]] tl::expected<ConfigFile, std::vector<std::string>> parse_config_file(
    const std::string& yaml, const KnownPath& known = {});

}  // namespace configuration
