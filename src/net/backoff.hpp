// How long to wait before a retry: exponential, and of each wait the second half is drawn (equal
// jitter), so that many clients of one failing service do not come back at the same moment.
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
  /// @param random numbers evenly spread in [0, 1); a generator of its own when empty.
  explicit Backoff(BackoffOptions options = {}, std::function<double()> random = {});

  /// The next wait: between half and the whole of first·2ⁿ, at most `longest`.
  [[nodiscard]] std::chrono::milliseconds next();
  /// To be called after a success: the next wait is short again.
  void reset() { tries_ = 0; }

 private:
  BackoffOptions options_;
  std::function<double()> random_;
  int tries_ = 0;
};

}  // namespace net OPENCTI_CONNECTOR_PUBLIC
