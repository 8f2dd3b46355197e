// Every function that can wait has a Deadline as its last parameter: the time by which it must
// return, and the stop token that ends it sooner, at shutdown.
#pragma once

#include <chrono>
#include <stop_token>

#include "export.hpp"

namespace net OPENCTI_CONNECTOR_PUBLIC {

/// Copies are cheap. The class is thread-safe.
///
/// ```cpp
/// bool wait_until(const std::function<bool()>& ready, const net::Deadline& deadline) {
///   while (!ready()) {
///     if (deadline.passed()) return false;
///     net::pause(std::chrono::milliseconds(100), deadline.stop());
///   }
///   return true;
/// }
/// ```
class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  /// `duration` from now, or when a stop is requested.
  [[nodiscard]] static Deadline after(std::chrono::milliseconds duration,
                                      std::stop_token stop = {});

  /// The same deadline, but no more than `duration` from now.
  [[nodiscard]] Deadline within(std::chrono::milliseconds duration) const;

  /// The remaining time; zero after the deadline has passed or a stop was requested.
  [[nodiscard]] std::chrono::milliseconds remaining() const;
  [[nodiscard]] bool passed() const { return remaining() == std::chrono::milliseconds::zero(); }
  /// Whether a stop was requested.
  [[nodiscard]] bool stopped() const { return stop_.stop_requested(); }

  [[nodiscard]] Clock::time_point at() const { return at_; }
  [[nodiscard]] const std::stop_token& stop() const { return stop_; }

 private:
  Deadline(Clock::time_point at, std::stop_token stop);

  Clock::time_point at_;
  std::stop_token stop_;
};

/// Waits for `duration`, or until a stop is requested.
/// @returns false if the stop ended the wait
bool pause(std::chrono::milliseconds duration, const std::stop_token& stop);

}  // namespace net OPENCTI_CONNECTOR_PUBLIC
