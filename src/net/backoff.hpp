// Waits before retries: exponential, and the second half of each wait is random (equal jitter), so
// that clients of a failing service do not retry at the same moment.
//
// ```cpp
// bool send(const net::Deadline& deadline, const std::function<bool()>& once) {
//   net::Backoff backoff({.first = std::chrono::seconds(1)});
//   while (!once()) {
//     const auto wait = backoff.next();
//     if (wait >= deadline.remaining() || !net::pause(wait, deadline.stop())) return false;
//   }
//   return true;
// }
// ```
#pragma once

#include <chrono>
#include <functional>

#include "export.hpp"

namespace net OPENCTI_CONNECTOR_PUBLIC {

struct BackoffOptions {
  std::chrono::milliseconds first{500};
  std::chrono::milliseconds longest{30'000};
};

class Backoff {
 public:
  /// @param random uniformly distributed numbers in [0, 1); if empty, an internal generator is used
  explicit Backoff(BackoffOptions options = {}, std::function<double()> random = {});

  /// The next wait: between half of first·2ⁿ and first·2ⁿ, maximum `longest`.
  [[nodiscard]] std::chrono::milliseconds next();
  /// Call it after a success: the next wait is short again.
  void reset() { tries_ = 0; }

 private:
  BackoffOptions options_;
  std::function<double()> random_;
  int tries_ = 0;
};

}  // namespace net OPENCTI_CONNECTOR_PUBLIC
