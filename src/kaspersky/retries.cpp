#include "kaspersky/retries.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>

namespace kaspersky {

Retries::Retries(RetryOptions options, Lookup& next) : options_(std::move(options)), next_(next) {
  if (!options_.random) {
    options_.random = [engine = std::minstd_rand(std::random_device{}())]() mutable {
      return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
    };
  }
  if (!options_.pause) options_.pause = net::pause;
}

Outcome Retries::look_up(const Inquiry& inquiry, const net::Deadline& deadline) {
  auto first = inquiry;
  first.hedged = options_.tries > 1;
  auto retry = inquiry;
  retry.is_retry = true;
  for (int tries = 1;; ++tries) {
    auto outcome = next_.look_up(tries == 1 ? first : retry, deadline);
    if (tries >= options_.tries) return outcome;
    const auto wait = wait_after(outcome, tries);
    if (!wait || *wait >= deadline.remaining()) return outcome;
    if (!options_.pause(*wait, deadline.stop())) return outcome;
  }
}

std::optional<std::chrono::milliseconds> Retries::wait_after(const Outcome& outcome, int tries) {
  using Wait = std::optional<std::chrono::milliseconds>;
  return match(
      outcome,
      [&](const RateLimited& limited) -> Wait {
        return limited.retry_after.value_or(std::chrono::seconds::zero()) + drawn(tries);
      },
      [&](const Unavailable& unavailable) -> Wait {
        if (!unavailable.transient) return std::nullopt;
        return unavailable.lost ? std::chrono::milliseconds::zero() : drawn(tries);
      },
      [](const one_of<Found, NotFound, Skipped, QuotaExhausted, Refused, Rejected, Malformed> auto&)
          -> Wait { return std::nullopt; });
}

std::chrono::milliseconds Retries::drawn(int tries) {
  const double longest =
      std::min(static_cast<double>(options_.longest.count()),
               static_cast<double>(options_.first.count()) * std::pow(2.0, tries - 1));
  const std::lock_guard lock(mutex_);
  return std::chrono::milliseconds(std::llround(longest * options_.random()));
}

}  // namespace kaspersky
