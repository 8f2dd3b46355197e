// How a setting treats scores.
#pragma once

#include <optional>

namespace source {

/// What happens to a score that the observable already has.
enum class ScorePolicy { replace, raise_only, keep };

/// This score, or nothing if the present score stays.
[[nodiscard]] inline std::optional<int> chosen_score(int score, std::optional<int> present,
                                                     ScorePolicy policy) {
  if (present && policy == ScorePolicy::keep && score != *present) return std::nullopt;
  if (present && policy == ScorePolicy::raise_only && score < *present) return std::nullopt;
  return score;
}

}  // namespace source
