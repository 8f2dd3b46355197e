// Zones as OpenCTI's scores.
#pragma once

#include <optional>

#include "enrichment/options.hpp"

namespace enrichment {

/// The score to send for the observable itself, which has `present` now; nothing when another one
/// stays.
[[nodiscard]] inline std::optional<int> score_of(std::optional<kaspersky::Zone> zone,
                                                 std::optional<int> present,
                                                 const Options& options) {
  if (!zone) return std::nullopt;
  const auto found = options.scores.find(*zone);
  if (found == options.scores.end()) return std::nullopt;
  const int score = found->second;
  if (present && options.score_policy == ScorePolicy::keep && score != *present)
    return std::nullopt;
  if (present && options.score_policy == ScorePolicy::raise_only && score < *present) {
    return std::nullopt;
  }
  return score;
}

/// The score to send for a related object. What score the platform has for it is not known, so only
/// the policy that replaces scores gives one.
[[nodiscard]] inline std::optional<int> score_of_related(std::optional<kaspersky::Zone> zone,
                                                         const Options& options) {
  if (options.score_policy != ScorePolicy::replace) return std::nullopt;
  return score_of(zone, std::nullopt, options);
}

}  // namespace enrichment
