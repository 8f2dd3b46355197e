// An indicator for an observable that is dangerous.
#pragma once

#include <optional>
#include <string_view>

#include <nlohmann/json.hpp>

#include "stix/objects.hpp"
#include "stix/observable.hpp"

namespace source {

struct IndicatorDetails {
  /// Of the indicator of a file. Others are named after their value.
  std::string_view name_of_file;
  /// 0 to 100, or nothing.
  std::optional<int> score = {};
  /// For people; may be empty.
  std::string_view description = {};
  /// Midnight in RFC 3339: `2024-05-01T00:00:00.000Z`.
  std::string_view today;
};

/// Valid from today, for a year. The platform computes the end from the start and the score by its
/// rules of decay (a month for an address): with a start in the past an indicator would arrive
/// revoked. One that the platform has keeps its dates, score and decay while the same user sends
/// the same score.
/// @param hashes of a file, all that are known, in lower case; not looked at for other objects
/// @returns nothing for an object that no pattern describes
[[nodiscard]] std::optional<nlohmann::json> indicator_for(const stix::Observable& observable,
                                                          const stix::Hashes& hashes,
                                                          const IndicatorDetails& details,
                                                          const stix::Provenance& provenance);

}  // namespace source
