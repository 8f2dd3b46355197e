// The table of settings of a program. Reading, checks, sample files, documents and the JSON schema
// use it. A new setting is one row, bound to a variable.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "configuration/kind.hpp"
#include "export.hpp"

namespace configuration OPENCTI_CONNECTOR_PUBLIC {

/// One setting.
///
/// ```cpp
/// struct Options {
///   std::string api_key;
///   int days = 90;
/// };
///
/// std::vector<configuration::Row> rows(Options& options) {
///   using namespace configuration;
///   return {{.name = "WEATHER_API_KEY",
///            .title = "API key",
///            .kind = token(into(options.api_key)),
///            .required = true,
///            .secret = true,
///            .description = "Key of the weather service."},
///           {.name = "WEATHER_DAYS",
///            .title = "Days",
///            .kind = integer(1, 365, into(options.days)),
///            .default_value = "90",
///            .description = "Maximum age of reports, in days."}};
/// }
/// ```
struct Row {
  /// Environment variable. `MQ_HOST` is `mq.host` in config.yml.
  std::string name;
  std::string title;
  Kind kind;
  /// The default as a user would write it; nothing if there is none.
  std::optional<std::string> default_value = {};
  bool required = false;
  /// The value is never shown, and can also be in a file that NAME_FILE names.
  bool secret = false;
  /// Not in config.yml.
  bool environment_only = false;
  /// Not in the JSON schema: the platform that starts the program sets it.
  bool given_by_platform = false;
  /// The image sets it. The JSON schema has no default, because the platform would override the
  /// image with it.
  bool set_by_image = false;
  /// The former name of the variable, read with a warning if the current name is not set. If a
  /// limit is given under both names, the stricter value is used.
  std::string former = {};
  /// The value in the sample files; empty: the default.
  std::string sample = {};
  /// The line is not commented out in the sample files, although there is a default.
  bool uncommented = false;
  /// The comment above the line in the sample files.
  std::string remark = {};
  /// One or two plain sentences.
  std::string description = {};
};

/// Rows in one section of the documents.
struct Section {
  std::string title;
  /// The text before the rows in the documents; may be empty.
  std::string text = {};
  std::vector<Row> rows = {};

  /// Adds rows at the end.
  void add(std::vector<Row> more);
};

/// Rules about variables that are not in the program's table.
struct Naming {
  /// The prefix of the program's own variables: `WEATHER_`.
  std::string_view prefix = {};
  /// An alternative longer prefix, which overrides the short form: `WEATHER_ENRICHMENT_`. Empty:
  /// none.
  std::string_view long_prefix = {};
  /// Prefixes of variables that are meant for the program: an unknown one causes a warning.
  std::vector<std::string_view> ours = {};
  /// Prefixes of variables whose keys in config.yml are in a section that the variable does not
  /// name: {"listen_protocol_", "connector"}.
  std::vector<std::pair<std::string_view, std::string_view>> sections = {};
  /// Why a known variable of other connectors has no effect, as a phrase after "it"; nothing for
  /// other variables.
  std::function<std::optional<std::string_view>(std::string_view name)> why_without_effect = {};
  /// Whether a variable with one of our prefixes belongs to another program.
  std::function<bool(std::string_view name)> is_known_of_others = {};
  /// The same, unless it is similar to one of our variables.
  std::function<bool(std::string_view name)> may_be_of_others = {};
  /// Whether a name looks like a limit on data that may be sent, and must not be ignored.
  std::function<bool(std::string_view name)> is_a_limit = {};
  /// Prefixes of variables in which such a name is meant for the program.
  std::vector<std::string_view> with_limits = {};
  /// The recipient that a limit protects data from.
  std::string_view recipient = {};
  /// The document that lists all settings, which warnings name. Empty: none.
  std::string_view document = {};
};

class Table final {
 public:
  Table(Naming naming, std::vector<Section> sections);
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;
  ~Table() = default;

  struct Chapter {
    std::string title;
    std::string text;
    std::span<const Row> rows;
  };

  [[nodiscard]] const Naming& naming() const { return naming_; }
  /// In the order of the documentation.
  [[nodiscard]] std::span<const Chapter> chapters() const { return chapters_; }
  /// The rows of all chapters.
  [[nodiscard]] std::span<const Row> rows() const { return rows_; }

  /// `weather.api_key` for WEATHER_API_KEY: the first underscore ends the section, unless the
  /// naming has a section. Also for NAME_FILE.
  [[nodiscard]] std::string config_path(std::string_view name) const;
  /// WEATHER_ENRICHMENT_API_KEY for WEATHER_API_KEY. Empty for a variable without the program's
  /// prefix.
  [[nodiscard]] std::string long_form(std::string_view name) const;
  /// The former key in config.yml; empty if there is none.
  [[nodiscard]] std::string former_path(const Row& row) const;

 private:
  Naming naming_;
  std::vector<Row> rows_;
  std::vector<Chapter> chapters_;
};

/// NAME_FILE, the variable that names a file with the value; empty if there is none.
[[nodiscard]] std::string file_form(const Row& row);

/// The value that sample files show.
[[nodiscard]] std::string_view sample_of(const Row& row);
/// Whether its line in a sample file is not commented out.
[[nodiscard]] bool is_uncommented(const Row& row);

}  // namespace configuration OPENCTI_CONNECTOR_PUBLIC
