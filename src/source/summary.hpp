// A verdict for people at a terminal: how bad it is, and what is known.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "export.hpp"
#include "source/tone.hpp"

namespace source OPENCTI_CONNECTOR_PUBLIC {

struct Verdict;

/// All text may be as hostile as the answer that it comes from. What is empty is not shown.
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
  };
  struct Row {
    /// In one word: `red`.
    std::string rating = {};
    Tone tone = Tone::plain;
    /// The first says what it is.
    std::vector<std::string> cells;
  };
  struct Table {
    /// Empty: it goes on with the one before.
    std::string title = {};
    std::vector<Field> fields = {};
    /// Those that matter most come first; of many only these are shown.
    std::vector<Row> rows = {};
  };

  /// In one or two words: `red`.
  std::string rating = {};
  /// plain: the rating is no rating (`no zone`).
  Tone tone = Tone::plain;
  /// What the rating means: `dangerous`.
  std::string meaning = {};
  /// 0 to 100.
  std::optional<int> score = {};
  /// Where several values are listed, each on one line: what matters besides rating and score.
  std::string remark = {};
  std::vector<Table> tables = {};
  /// Where to read on.
  std::string link = {};
};

/// What is added to the observable itself: labels, hashes, size, names.
[[nodiscard]] std::vector<Summary::Field> fields_of_update(const Verdict& verdict);

/// What a verdict of any source says: rating, score, labels, references and the names of the
/// objects that it adds.
[[nodiscard]] Summary summary_of(const Verdict& verdict);

}  // namespace source OPENCTI_CONNECTOR_PUBLIC
