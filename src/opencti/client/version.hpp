// The platform's version, from `about { version }`, and behaviour that depends on it.
#pragma once

#include <compare>
#include <optional>
#include <string_view>

namespace opencti {

/// `7.260318.0`, `7.260309.0-lts.6`. Later versions compare greater; within an LTS line the number
/// after `lts` decides.
struct Version {
  long major = 0;
  long minor = 0;
  long patch = 0;
  /// The 6 of `-lts.6`; 0 if there is none.
  long lts = 0;

  auto operator<=>(const Version&) const = default;
};

/// Nothing for a text that does not begin with two numbers. Other text after the numbers (`-rc`) is
/// ignored.
[[nodiscard]] std::optional<Version> parse_version(std::string_view text);

/// Whether workers of this version import a whole bundle from one message (`no_split`), and count
/// each object: since the first LTS line, 7.260309. An invalid version counts as older.
[[nodiscard]] bool imports_whole_bundles(std::string_view version);

/// Whether this version closes works older than a work that was reported later, and its workers
/// then drop remaining objects of these works. Seen in 7.260318 and in the line 7.260309; fixed in
/// June 2026 (opencti pull request 15900). True for an invalid version.
[[nodiscard]] bool drops_overtaken_works(std::string_view version);

}  // namespace opencti
