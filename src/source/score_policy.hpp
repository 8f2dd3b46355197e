// What an operator can choose about scores.
#pragma once

#include <optional>

namespace source {

/// What happens to a score that the observable has already.
enum class ScorePolicy { replace, raise_only, keep };

/// This score, or nothing when the one that is present stays.
[[nodiscard]] inline std::optional<int> chosen_score(int score, std::optional<int> present,
                                                     ScorePolicy policy) {
  if (present && policy == ScorePolicy::keep && score != *present) return std::nullopt;
  if (present && policy == ScorePolicy::raise_only && score < *present) return std::nullopt;
  return score;
}

}  // namespace source
