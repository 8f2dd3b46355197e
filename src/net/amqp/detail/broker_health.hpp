// The state of a publisher's broker, and when to check it again.
#pragma once

#include <chrono>
#include <optional>

#include "net/amqp/broker.hpp"
#include "net/backoff.hpp"
#include "net/error.hpp"

namespace net {

/// Not thread-safe.
class BrokerHealth final {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// Notes the result of a publish, of a connection attempt, or the end of a connection.
  void note(const Result<void>& result);
  /// The settings have changed: makes a pending check due now. @returns whether one was pending
  [[nodiscard]] bool check_now();

  [[nodiscard]] const AmqpState& state() const { return state_; }
  /// When to check the broker if nothing is published; nothing if no check is necessary.
  [[nodiscard]] std::optional<Time> next_check() const { return next_check_; }
  [[nodiscard]] bool is_due() const;

 private:
  [[nodiscard]] std::chrono::milliseconds pause_after(ErrorKind kind);

  AmqpState state_;
  std::optional<Time> next_check_;
  Backoff backoff_{{.first = std::chrono::seconds(1), .longest = std::chrono::seconds(60)}};
};

}  // namespace net
