// Zones as OpenCTI's scores.
#pragma once

#include <optional>

#include "enrichment/options.hpp"

namespace enrichment {

[[nodiscard]] inline std::optional<int> score_of(std::optional<kaspersky::Zone> zone,
                                                 const Options& options) {
  if (!zone) return std::nullopt;
  const auto found = options.scores.find(*zone);
  return found == options.scores.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace enrichment
