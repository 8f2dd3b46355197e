// Publishes messages and waits for the broker's confirmations.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/amqp/broker.hpp"
#include "net/deadline.hpp"
#include "net/error.hpp"
#include "telemetry/log.hpp"

namespace net {

struct AmqpMessage {
  std::string exchange;
  std::string routing_key;
  std::string body;
};

/// One thread owns the connection, which is opened at the first publish and kept open with
/// heartbeats.
///
/// Public functions are thread-safe. Concurrent publishes are handled one after the other.
class AmqpPublisher final {
 public:
  /// @param on_outdated called on a thread of this object when the broker rejected the credentials
  /// outside of a publish: the caller should register again. Must return quickly; may be empty
  AmqpPublisher(AmqpConnectionOptions options, telemetry::Log log,
                std::function<void()> on_outdated = {});
  /// Ends running publishes with `stopped`, closes the connection and joins: within about two
  /// seconds, unless a TLS connection is being opened, which can last for `connect_timeout`.
  ~AmqpPublisher();
  AmqpPublisher(const AmqpPublisher&) = delete;
  AmqpPublisher& operator=(const AmqpPublisher&) = delete;

  /// Uses another address from the next publish on, or from now on if the last attempt failed.
  void reconfigure(AmqpConnectionOptions options);

  /// Publishes persistent messages in order, `mandatory`, with publisher confirms
  /// (delivery_mode 2, content_encoding utf-8), and waits for every confirmation.
  ///
  /// Guarantee: on success the broker has put every message into a queue. On error some messages
  /// may be in a queue too: publishing again is at-least-once. Does not retry, with one exception:
  /// if a connection from an earlier call breaks before anything is confirmed (the broker was
  /// restarted), it is opened again once, and all messages are sent again.
  ///
  /// @returns `blocked` if the broker blocked publishers by an alarm until the deadline, with its
  /// reason; `unroutable` if a message was returned or its exchange does not exist; `protocol` if
  /// the broker rejected a message (basic.nack: a full queue) or violated the protocol; otherwise
  /// as ErrorKind describes. After an error that may affect the connection, it is closed, and
  /// opened again at the next call.
  [[nodiscard]] Result<void> publish(const std::vector<AmqpMessage>& messages,
                                     const Deadline& deadline);

  /// Down also if the connection ends between publishes. While it is down, the broker is checked
  /// regularly, so that the state does not depend on the next publish. After an alarm the state is
  /// up once the broker can be reached.
  [[nodiscard]] AmqpState state() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace net
