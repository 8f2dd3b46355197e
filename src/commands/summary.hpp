// Prints a source's data for people at a terminal.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "commands/manual_lookup.hpp"
#include "commands/terminal.hpp"

namespace commands {

struct SummaryOptions {
  /// Show all rows of each list, instead of the first few.
  bool full = false;
  /// Width of the terminal in characters: longer lines are wrapped, and columns are aligned.
  /// Nothing: lines are not wrapped.
  std::optional<std::size_t> width = {};
  /// If set, times are followed by relative times: `3 days ago`.
  std::optional<std::chrono::system_clock::time_point> now = {};
  /// Width of the longest value, for several values with one line each.
  std::size_t value_width = 0;
};

/// Options for a terminal if standard output is one; otherwise for a file or a pipe.
[[nodiscard]] SummaryOptions options_for_output();

/// An observable as shown in summaries: its value, or its first hash.
[[nodiscard]] std::string shown_value(const stix::Observable& observable);

/// Several lines: rating, score, labels, facts, related objects. Untrusted text is printed with
/// printable().
[[nodiscard]] std::string summary(const LookedUp& looked_up, const Paint& paint,
                                  const SummaryOptions& options);

/// One line, unless it must be wrapped: rating, score, type, value, labels.
[[nodiscard]] std::string summary_line(const LookedUp& looked_up, const Paint& paint,
                                       const SummaryOptions& options = {});

}  // namespace commands
