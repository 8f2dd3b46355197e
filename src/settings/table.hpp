// The one table of settings. Reading, checking, the sample files and docs/configuration.md are all
// made from it; a new setting is one row here and one field in Settings.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "settings/kind.hpp"

namespace settings {

/// In the order of the documentation.
enum class Group { opencti, connector, monitoring, sending, broker, kaspersky, network };

struct Row {
  /// Environment variable. `KASPERSKY_API_KEY` is `kaspersky.api_key` in config.yml.
  std::string_view name;
  Group group;
  std::string_view title;
  Kind kind;
  /// As a user would write it; nothing where the setting has no default.
  std::optional<std::string_view> standard = {};
  bool required = false;
  /// The value is shown nowhere, and can also come from the file that NAME_FILE names.
  bool secret = false;
  /// Not in config.yml.
  bool environment_only = false;
  /// A variable that it was called before, read where nothing else is given; with a warning. Of a
  /// limit that is given under both names the stricter counts.
  std::string_view former = {};
  /// What the sample files show; empty: the default.
  std::string_view sample = {};
  /// In the sample files the line is in use, although there is a default.
  bool in_use = false;
  /// What the sample files say above the line.
  std::string_view remark = {};
  /// One or two plain sentences.
  std::string_view description = {};
};

/// Every setting; those of one group stand together.
[[nodiscard]] std::span<const Row> table();

/// The value that sample files show.
[[nodiscard]] std::string_view sample_of(const Row& row);
/// Whether its line in a sample file is in use; the others are commented out.
[[nodiscard]] bool is_in_use(const Row& row);

/// `kaspersky.api_key` for KASPERSKY_API_KEY: the first underscore splits. LISTEN_PROTOCOL_… belong
/// to `connector`. Also for NAME_FILE.
[[nodiscard]] std::string config_path(std::string_view name);

/// KASPERSKY_ENRICHMENT_API_KEY for KASPERSKY_API_KEY: the ecosystem's convention wants the
/// connector's whole name before its variables. Empty for a variable of all connectors.
[[nodiscard]] std::string long_form(std::string_view name);

/// The key of config.yml that the setting was called by before; empty where there was none.
[[nodiscard]] std::string former_path(const Row& row);

/// NAME_FILE, the variable that names a file with the value; empty where there is none.
[[nodiscard]] std::string file_form(const Row& row);

}  // namespace settings
