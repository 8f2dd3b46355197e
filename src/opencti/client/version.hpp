// The platform's version, as `about { version }` tells it, and what depends on it.
#pragma once

#include <compare>
#include <optional>
#include <string_view>

namespace opencti {

/// `7.260318.0`, `7.260309.0-lts.6`. Later ones are greater; within a line of long-term support the
/// number behind `lts` counts.
struct Version {
  long major = 0;
  long minor = 0;
  long patch = 0;
  /// Of `-lts.6`; 0 where there is none.
  long lts = 0;

  auto operator<=>(const Version&) const = default;
};

/// Nothing for a text that does not begin with two numbers. Other text behind the numbers (`-rc`)
/// does not count.
[[nodiscard]] std::optional<Version> parse_version(std::string_view text);

/// Whether workers of this version import a whole bundle from one message (`no_split`), counting
/// each object: from the first line of long-term support, 7.260309, on. A version that cannot be
/// read counts as older.
[[nodiscard]] bool imports_whole_bundles(std::string_view version);

/// Whether this version closes works that a later one has overtaken in such a way that its workers
/// drop what is left of them. Seen in 7.260318 and in the line 7.260309; no longer from June 2026
/// on (opencti pull request 15900). A version that cannot be read counts as one that does.
[[nodiscard]] bool drops_overtaken_works(std::string_view version);

}  // namespace opencti
