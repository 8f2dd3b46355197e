// A verdict for people at a terminal: the rating, and the data.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "export.hpp"
#include "source/tone.hpp"

namespace source OPENCTI_CONNECTOR_PUBLIC {

struct Verdict;

/// All text is untrusted, as the answer that it comes from. Empty members are not shown.
///
/// ```cpp
/// source::Summary summary(const source::Verdict& verdict) {
///   auto out = source::summary_of(verdict);
///   out.tables.push_back({.title = "Forecast", .fields = {{"Tomorrow", "storm"}}});
///   return out;
/// }
/// ```
struct Summary {
  struct Field {
    std::string label;
    std::string value;
    Tone tone = Tone::plain;
  };
  struct Row {
    /// One word: `red`.
    std::string rating = {};
    Tone tone = Tone::plain;
    /// The first cell names the object.
    std::vector<std::string> cells;
  };
  struct Table {
    /// Empty: continues the previous table.
    std::string title = {};
    std::vector<Field> fields = {};
    /// The most important rows first; only the first are shown if there are many.
    std::vector<Row> rows = {};
  };

  /// One or two words: `red`.
  std::string rating = {};
  /// plain: not a real rating (`no zone`).
  Tone tone = Tone::plain;
  /// What the rating means: `dangerous`.
  std::string meaning = {};
  /// 0 to 100.
  std::optional<int> score = {};
  /// The most important data apart from rating and score, for a list of several values with one
  /// line each.
  std::string remark = {};
  std::vector<Table> tables = {};
  /// A page with more details.
  std::string link = {};
};

/// The data added to the observable itself: labels, hashes, size, names.
[[nodiscard]] std::vector<Summary::Field> fields_of_update(const Verdict& verdict);

/// The summary of a verdict of any source: rating, score, labels, references and the names of the
/// objects that it adds.
[[nodiscard]] Summary summary_of(const Verdict& verdict);

}  // namespace source OPENCTI_CONNECTOR_PUBLIC
