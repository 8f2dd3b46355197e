// config.yml: sections of keys, nothing deeper. yaml-cpp appears in config_file.cpp only.
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

/// By path: `mq.host`. Keys without a value are here too, with empty text, and so are
/// sections without keys: `mq`.
using ConfigFile = std::map<std::string, ConfigValue, std::less<>>;

/// Whether a section (`mq`) or a key (`mq.host`) is one of ours.
using KnownPath = std::function<bool(std::string_view path)>;

/// At most 1 MiB. Refused are: anchors, aliases and tags (they make a file mean what it does not
/// show), keys given twice, and values that are neither a text nor a list of texts. A problem is
/// one line that tells the line number and never repeats a value.
/// @param known what is in other sections and under other keys is not looked at: they are for
/// others, and may have any form. Without it all are looked at.
[[nodiscard]] tl::expected<ConfigFile, std::vector<std::string>> parse_config_file(
    const std::string& yaml, const KnownPath& known = {});

}  // namespace configuration
