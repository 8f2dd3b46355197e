#include "source/verdicts.hpp"

#include <fmt/format.h>

#include "text/number.hpp"

namespace source {

Verdict not_found(std::string_view name) {
  return {.outcome = Outcome::not_found,
          .text = fmt::format("{} knows nothing about this object. Nothing was changed.", name)};
}

Verdict skipped(std::string_view name, std::string_view why) {
  return {.outcome = Outcome::skipped, .text = fmt::format("Not looked up at {}: {}.", name, why)};
}

Verdict rate_limited(std::string_view name, std::optional<std::chrono::seconds> retry_after) {
  const auto when = retry_after ? fmt::format("in {} s", text::grouped(retry_after->count()))
                                : std::string("later");
  return {.outcome = Outcome::rate_limited,
          .text = fmt::format("{} rate limit reached. Retry {}.", name, when)};
}

Verdict refused(std::string_view name, std::string_view why) {
  return {.outcome = Outcome::refused,
          .text = fmt::format("{} rejected the request: {}.", name, why)};
}

Verdict rejected(std::string_view name, std::string_view why) {
  return {.outcome = Outcome::rejected,
          .text = fmt::format("{} reported an invalid request: {}.", name, why)};
}

Verdict unavailable(std::string_view name, std::string_view why) {
  return {.outcome = Outcome::unavailable,
          .text = fmt::format("{} lookup failed: {}. Retry later.", name, why)};
}

Verdict malformed(std::string_view name, std::string_view why) {
  return {.outcome = Outcome::malformed,
          .text = fmt::format("{}'s answer could not be used: {}.", name, why)};
}

}  // namespace source
