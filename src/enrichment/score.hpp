// Zones as OpenCTI's scores.
#pragma once

#include <optional>

#include "enrichment/options.hpp"

namespace enrichment {

/// The score to send for an object that has `present` now; nothing when another one stays.
[[nodiscard]] inline std::optional<int> score_of(std::optional<kaspersky::Zone> zone,
                                                 std::optional<int> present,
                                                 const Options& options) {
  if (!zone) return std::nullopt;
  const auto found = options.scores.find(*zone);
  if (found == options.scores.end()) return std::nullopt;
  return source::chosen_score(found->second, present, options.score_policy);
}

}  // namespace enrichment
