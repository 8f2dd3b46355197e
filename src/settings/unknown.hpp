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
  /// One for each other variable CONNECTOR_…, KASPERSKY_… and OPENCTI_…, and each key of
  /// config.yml, that is not a setting, with the setting that is near; and for whatever is very
  /// near a required one. Nothing is said about variables that Kubernetes sets for services, and
  /// those of the platform itself and of XTM Composer.
  std::vector<std::string> warnings;
};

[[nodiscard]] UnknownNames unknown_names(const Environment& environment, const ConfigFile& config);

/// Whether config.yml may hold this section (`kaspersky`) or key (`kaspersky.api_key`) of ours.
[[nodiscard]] bool is_known_path(std::string_view path);

}  // namespace settings
