// Zones as OpenCTI's scores.
#pragma once

#include <optional>

#include "enrichment/options.hpp"

namespace enrichment {

/// The score to send for the observable itself, which has `present` now; nothing when it stays.
[[nodiscard]] inline std::optional<int> score_of(std::optional<kaspersky::Zone> zone,
                                                 std::optional<int> present,
                                                 const Options& options) {
  if (!zone) return std::nullopt;
  const auto found = options.scores.find(*zone);
  if (found == options.scores.end()) return std::nullopt;
  if (present && options.score_policy == ScorePolicy::keep) return std::nullopt;
  if (present && options.score_policy == ScorePolicy::raise_only && found->second <= *present) {
    return std::nullopt;
  }
  return found->second;
}

/// The score to send for a related object. What score the platform has for it is not known, so only
/// the policy that replaces scores gives one.
[[nodiscard]] inline std::optional<int> score_of_related(std::optional<kaspersky::Zone> zone,
                                                         const Options& options) {
  if (options.score_policy != ScorePolicy::replace) return std::nullopt;
  return score_of(zone, std::nullopt, options);
}

}  // namespace enrichment
