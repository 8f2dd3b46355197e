// What a source said, for people at a terminal.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "commands/manual_lookup.hpp"
#include "commands/terminal.hpp"

namespace commands {

struct SummaryOptions {
  /// All rows of each list, instead of the first few.
  bool full = false;
  /// Of the terminal, in characters: what is longer is wrapped, and columns are aligned. Nothing:
  /// one line for each thing, however long.
  std::optional<std::size_t> width = {};
  /// Where it is set, points in time are followed by how long ago they were.
  std::optional<std::chrono::system_clock::time_point> now = {};
  /// Of the longest of several values, each of which has a line.
  std::size_t value_width = 0;
};

/// For people before a terminal, where standard output is one; else for a file or a pipe.
[[nodiscard]] SummaryOptions options_for_output();

/// As summaries show an observable: its value, or its first hash.
[[nodiscard]] std::string shown_value(const stix::Observable& observable);

/// Several lines: rating, score, labels, what is known, related objects. No text of others comes
/// out but printable().
[[nodiscard]] std::string summary(const LookedUp& looked_up, const Paint& paint,
                                  const SummaryOptions& options);

/// One line, where it need not be wrapped: rating, score, type, value, labels.
[[nodiscard]] std::string summary_line(const LookedUp& looked_up, const Paint& paint,
                                       const SummaryOptions& options = {});

}  // namespace commands
