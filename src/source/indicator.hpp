// An indicator for a dangerous observable.
#pragma once

#include <optional>
#include <string_view>

#include <nlohmann/json.hpp>

#include "stix/objects.hpp"
#include "stix/observable.hpp"

namespace source {

struct IndicatorDetails {
  /// Name of the indicator of a file. Other indicators are named after their value.
  std::string_view name_of_file;
  /// 0 to 100, or nothing.
  std::optional<int> score = {};
  /// For people; may be empty.
  std::string_view description = {};
  /// Midnight in RFC 3339: `2024-05-01T00:00:00.000Z`.
  std::string_view today;
};

/// An indicator that is valid from today for a year. The platform computes the end from the start
/// and the score by its decay rules (a month for an address): with a start in the past an indicator
/// could be revoked at import. An existing indicator keeps its dates, score and decay while the
/// same user sends the same score.
/// @param hashes all known hashes of a file, in lower case; ignored for other objects
/// @returns nothing for an object that cannot be described by a pattern
[[nodiscard]] std::optional<nlohmann::json> indicator_for(const stix::Observable& observable,
                                                          const stix::Hashes& hashes,
                                                          const IndicatorDetails& details,
                                                          const stix::Provenance& provenance);

}  // namespace source
