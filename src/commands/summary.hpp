// What a source said, for people at a terminal.
#pragma once

#include <string>

#include "commands/manual_lookup.hpp"
#include "commands/terminal.hpp"

namespace commands {

struct SummaryOptions {
  /// All rows of each list, instead of the first few.
  bool full = false;
};

/// Several lines: rating, score, labels, what is known, related objects. No text of others comes
/// out but printable().
[[nodiscard]] std::string summary(const LookedUp& looked_up, const Paint& paint,
                                  const SummaryOptions& options);

/// One line: rating, score, type, value, labels.
[[nodiscard]] std::string summary_line(const LookedUp& looked_up, const Paint& paint);

}  // namespace commands
