// Zones as OpenCTI's scores.
#pragma once

#include <optional>

#include "enrichment/options.hpp"

namespace enrichment {

/// This score, or nothing when the one that is present stays.
[[nodiscard]] inline std::optional<int> chosen_score(int score, std::optional<int> present,
                                                     ScorePolicy policy) {
  if (present && policy == ScorePolicy::keep && score != *present) return std::nullopt;
  if (present && policy == ScorePolicy::raise_only && score < *present) return std::nullopt;
  return score;
}

/// The score to send for an object that has `present` now; nothing when another one stays.
[[nodiscard]] inline std::optional<int> score_of(std::optional<kaspersky::Zone> zone,
                                                 std::optional<int> present,
                                                 const Options& options) {
  if (!zone) return std::nullopt;
  const auto found = options.scores.find(*zone);
  if (found == options.scores.end()) return std::nullopt;
  return chosen_score(found->second, present, options.score_policy);
}

}  // namespace enrichment
