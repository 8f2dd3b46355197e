// The closed set of outcomes of a message, and the properties of each.
//
// ```cpp
// std::string line(source::Outcome outcome) {
//   const auto& row = source::row_of(outcome);
//   return std::string(row.failed ? "Failed: " : "Done: ").append(row.meaning);
// }
// ```
#pragma once

#include <span>
#include <string_view>

#include "export.hpp"

namespace source OPENCTI_CONNECTOR_PUBLIC {

/// A new outcome needs an enumerator and a row in outcome.cpp. Code that decides by outcome reads
/// the row, or uses a switch without default: then the compiler reports each place that must handle
/// the new outcome.
enum class Outcome {
  // Of a lookup.
  found,
  not_found,
  skipped,
  rate_limited,
  quota_exhausted,
  refused,
  rejected,
  unavailable,
  malformed,
  // Before a lookup.
  out_of_scope,
  over_tlp,
  over_pap,
  own_result,
  not_for_drafts,
  unreadable,
  too_large,
  given_up,
  already_sent,
  already_reported,
  // After it.
  draft_gone,
  playbook_gone,
  not_published,
  internal_error,
};

/// What an outcome says of the source and of the object.
enum class OutcomeCategory {
  known,
  unknown,
  /// No request was needed.
  not_asked,
  /// This object fails; others need not.
  unusable,
  /// The source accepts no further requests for now.
  limited,
  /// The source is at fault: requests about other objects would fail too.
  outage,
};

struct OutcomeRow {
  /// One word, for the log, metrics and JSON.
  std::string_view name;
  /// Whether it is an error in the log and on the work.
  bool failed;
  /// Whether a request to the source, or a cached answer, can have this outcome.
  bool from_source;
  /// Meaning for a lookup; `unusable` if no lookup has this outcome.
  OutcomeCategory category;
  /// One sentence, for documents and the status page.
  std::string_view meaning;

  /// Whether the source answered: it knows the object, or does not know it.
  [[nodiscard]] constexpr bool answered() const {
    return category == OutcomeCategory::known || category == OutcomeCategory::unknown;
  }
};

[[nodiscard]] const OutcomeRow& row_of(Outcome outcome);

/// In the order of their declaration.
[[nodiscard]] std::span<const Outcome> all_outcomes();

[[nodiscard]] inline std::string_view name_of(Outcome outcome) { return row_of(outcome).name; }
[[nodiscard]] inline bool failed(Outcome outcome) { return row_of(outcome).failed; }

}  // namespace source OPENCTI_CONNECTOR_PUBLIC
