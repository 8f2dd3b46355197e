// Retries: how long to wait between the tries of one call, and when to end.
#pragma once

#include <algorithm>
#include <chrono>
#include <stop_token>
#include <utility>

#include "net/backoff.hpp"
#include "net/deadline.hpp"

namespace net {

/// The waits between the tries of one call, each of which is a single request. Whether an error is
/// worth another try is for the caller to say.
class Retry final {
 public:
  /// No wait begins that would last until after the deadline.
  Retry(const BackoffOptions& options, Deadline deadline)
      : backoff_(options), deadline_(std::move(deadline)) {}
  /// Without a deadline: until a stop.
  Retry(const BackoffOptions& options, std::stop_token stop)
      : Retry(options, Deadline::after(a_century, std::move(stop))) {}

  /// To be called after a try that failed: waits, longer each time.
  /// @param least no less than this: what the service asked for
  /// @returns whether to try again: no stop was requested, and there is time for the wait
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
