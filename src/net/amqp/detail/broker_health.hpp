// What a publisher knows of its broker, and when to look for it again.
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

  /// What came of a publish, of a try to connect, or of a connection.
  void note(const Result<void>& result);
  /// There are other settings: what is to be looked for is due now. @returns whether there is such
  [[nodiscard]] bool hurry();

  [[nodiscard]] const AmqpState& state() const { return state_; }
  /// When to look for the broker if nobody publishes; nothing while there is no need.
  [[nodiscard]] std::optional<Time> look_at() const { return look_at_; }
  [[nodiscard]] bool is_due() const;

 private:
  [[nodiscard]] std::chrono::milliseconds pause_after(ErrorKind kind);

  AmqpState state_;
  std::optional<Time> look_at_;
  Backoff backoff_{{.first = std::chrono::seconds(1), .longest = std::chrono::seconds(60)}};
};

}  // namespace net
