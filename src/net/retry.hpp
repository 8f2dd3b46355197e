// Retries of one call: the waits between them, and when to end.
#pragma once

#include <algorithm>
#include <chrono>
#include <stop_token>
#include <utility>

#include "net/backoff.hpp"
#include "net/deadline.hpp"

namespace net {

/// The waits between the attempts of one call. The caller decides whether an error is worth a
/// retry.
class Retry final {
 public:
  /// A wait that would last beyond the deadline is not begun.
  Retry(const BackoffOptions& options, Deadline deadline)
      : backoff_(options), deadline_(std::move(deadline)) {}
  /// Without a deadline, until a stop.
  Retry(const BackoffOptions& options, std::stop_token stop)
      : Retry(options, Deadline::after(a_century, std::move(stop))) {}

  /// Call it after a failed attempt: waits, longer each time.
  /// @param least minimum wait, which the service demanded
  /// @returns whether to retry: no stop was requested, and there was time for the wait
  [[nodiscard]] bool wait(std::chrono::milliseconds least = {}) {
    const auto duration = std::max(backoff_.next(), least);
    return duration < deadline_.remaining() && pause(duration, deadline_.stop());
  }

 private:
  static constexpr std::chrono::hours a_century{24 * 365 * 100};
  Backoff backoff_;
  Deadline deadline_;
};

}  // namespace net
