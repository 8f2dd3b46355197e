// Names that somebody gave and that are no setting: slips, settings of others, and limits that
// would not be kept.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "settings/config_file.hpp"
#include "settings/given.hpp"

namespace settings {

struct UnknownNames {
  /// Names that look like a limit on what may be sent to Kaspersky. To ignore one would let data
  /// out that somebody meant to keep.
  std::vector<std::string> problems;
  /// One for each other variable KASPERSKY_… and key of config.yml that is not a setting. Of other
  /// variables, which may be meant for others: for CONNECTOR_… that connectors in Python have,
  /// CONNECTOR_… and OPENCTI_… that are near a setting, and whatever is very near a required one.
  std::vector<std::string> warnings;
};

[[nodiscard]] UnknownNames unknown_names(const Environment& environment, const ConfigFile& config);

/// Whether config.yml may hold this section (`kaspersky`) or key (`kaspersky.api_key`) of ours.
[[nodiscard]] bool is_known_path(std::string_view path);

}  // namespace settings
