// Retries lookups if a retry may help.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>

#include "kaspersky/lookup.hpp"

namespace kaspersky {

struct RetryOptions {
  /// The first one included.
  int tries = 4;
  /// Maximum wait before the first retry; it doubles for each further retry, up to `longest`.
  std::chrono::milliseconds first{500};
  std::chrono::milliseconds longest{10'000};
  /// Uniformly distributed in [0, 1); if empty, an internal generator is used. It is called under a
  /// lock.
  std::function<double()> random;
  /// Waits; returns false if a stop ended the wait. net::pause if empty.
  std::function<bool(std::chrono::milliseconds, const std::stop_token&)> pause;
};

/// Retries after a rate limit and after transient failures. Each wait is random between zero and
/// its maximum, so that requests that failed together are not retried together. After a rate limit
/// the time that the service demands is added. A wait that does not fit into the deadline is not
/// begun.
///
/// The first try is hedged: if its answer is lost, the second try follows immediately, without
/// hedging.
///
/// The class is thread-safe.
class Retries final : public Lookup {
 public:
  /// @param next must outlive this object
  Retries(RetryOptions options, Lookup& next);

  [[nodiscard]] Outcome look_up(const Inquiry& inquiry, const net::Deadline& deadline) override;

 private:
  [[nodiscard]] std::optional<std::chrono::milliseconds> wait_after(const Outcome& outcome,
                                                                    int tries);
  [[nodiscard]] std::chrono::milliseconds drawn(int tries);

  RetryOptions options_;
  Lookup& next_;
  std::mutex mutex_;
};

}  // namespace kaspersky
