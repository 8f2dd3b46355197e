// The table of settings of a program. Reading, checking, the sample files, the documents and the
// JSON schema are all made from it; a new setting is one row, bound to its place.
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
///            .standard = "90",
///            .description = "Maximum age of reports, in days."}};
/// }
/// ```
struct Row {
  /// Environment variable. `MQ_HOST` is `mq.host` in config.yml.
  std::string name;
  std::string title;
  Kind kind;
  /// As a user would write it; nothing where the setting has no default.
  std::optional<std::string> standard = {};
  bool required = false;
  /// The value is shown nowhere, and can also come from the file that NAME_FILE names.
  bool secret = false;
  /// Not in config.yml.
  bool environment_only = false;
  /// Not in the JSON schema: the platform that starts the program gives it.
  bool given_by_platform = false;
  /// The image sets it, so the JSON schema has no default, which a platform would write over it.
  bool set_by_image = false;
  /// A variable that it was called before, read where nothing else is given; with a warning. Of a
  /// limit that is given under both names the stricter counts.
  std::string former = {};
  /// What the sample files show; empty: the default.
  std::string sample = {};
  /// In the sample files the line is in use, although there is a default.
  bool in_use = false;
  /// What the sample files say above the line.
  std::string remark = {};
  /// One or two plain sentences.
  std::string description = {};
};

/// Rows that stand together in the documents.
struct Section {
  std::string title;
  /// What the documents say before the rows; may be empty.
  std::string text = {};
  std::vector<Row> rows = {};

  /// Adds rows at the end.
  void add(std::vector<Row> more);
};

/// What there is to know of a program's variables besides those in its table.
struct Naming {
  /// What the program's own variables begin with: `WEATHER_`.
  std::string_view prefix = {};
  /// What they may begin with instead, and then stand above the short form: `WEATHER_ENRICHMENT_`.
  /// Empty: nothing.
  std::string_view long_prefix = {};
  /// Variables that begin so are meant for the program: of one that is no setting a warning tells.
  std::vector<std::string_view> ours = {};
  /// Beginnings of variables that lack the section that their keys in config.yml have:
  /// {"listen_protocol_", "connector"}.
  std::vector<std::pair<std::string_view, std::string_view>> sections = {};
  /// Why a variable that is no setting has no effect, worded to follow "it"; nothing for others.
  std::function<std::optional<std::string_view>(std::string_view name)> why_without_effect = {};
  /// Whether a variable that begins like ours is meant for others.
  std::function<bool(std::string_view name)> is_known_of_others = {};
  /// Likewise, unless it is near one of ours.
  std::function<bool(std::string_view name)> may_be_of_others = {};
  /// Whether a name speaks of a limit on what may leave, and so must not be ignored.
  std::function<bool(std::string_view name)> is_a_limit = {};
  /// Beginnings of variables in which such a name is meant for the program.
  std::vector<std::string_view> with_limits = {};
  /// To whom a limit keeps something from being sent.
  std::string_view recipient = {};
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
  /// Those of all chapters.
  [[nodiscard]] std::span<const Row> rows() const { return rows_; }

  /// `weather.api_key` for WEATHER_API_KEY: the first underscore splits, unless the naming gives a
  /// section. Also for NAME_FILE.
  [[nodiscard]] std::string config_path(std::string_view name) const;
  /// WEATHER_ENRICHMENT_API_KEY for WEATHER_API_KEY. Empty for a variable that is not the program's
  /// own.
  [[nodiscard]] std::string long_form(std::string_view name) const;
  /// The key of config.yml that the setting was called by before; empty where there was none.
  [[nodiscard]] std::string former_path(const Row& row) const;

 private:
  Naming naming_;
  std::vector<Row> rows_;
  std::vector<Chapter> chapters_;
};

/// NAME_FILE, the variable that names a file with the value; empty where there is none.
[[nodiscard]] std::string file_form(const Row& row);

/// The value that sample files show.
[[nodiscard]] std::string_view sample_of(const Row& row);
/// Whether its line in a sample file is in use; the others are commented out.
[[nodiscard]] bool is_in_use(const Row& row);

}  // namespace configuration OPENCTI_CONNECTOR_PUBLIC
