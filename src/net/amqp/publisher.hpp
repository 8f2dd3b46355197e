// Publishes messages and returns when the broker has them.
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

/// One thread owns the connection, which is opened at the first publish and kept, with heartbeats.
///
/// Public functions are thread-safe. Several publishes at once are handled one after the other.
class AmqpPublisher final {
 public:
  /// @param on_outdated called on a thread of this object when the broker refused the credentials
  /// while nobody published: whoever told them should be asked anew. Must return quickly; may be
  /// empty.
  AmqpPublisher(AmqpConnectionOptions options, telemetry::Log log,
                std::function<void()> on_outdated = {});
  /// Ends what is under way with `stopped`, closes the connection and joins: within about two
  /// seconds, unless a TLS connection is being opened, which can last for its `connect_timeout`.
  ~AmqpPublisher();
  AmqpPublisher(const AmqpPublisher&) = delete;
  AmqpPublisher& operator=(const AmqpPublisher&) = delete;

  /// Uses another address from the next publish on, or from now on where the last try failed.
  void reconfigure(AmqpConnectionOptions options);

  /// Publishes persistent messages in order, `mandatory`, with publisher confirms
  /// (delivery_mode 2, content_encoding utf-8), and waits for every confirmation.
  ///
  /// Guarantee: on success the broker has put every message into a queue. On error some of them may
  /// be there as well: publishing again is at-least-once. Does not retry by itself, but for one
  /// case: a connection from an earlier call that breaks before anything is confirmed (the broker
  /// was restarted) is opened anew, once, and the messages are sent again from the first.
  ///
  /// @returns `blocked` when the broker held us back by an alarm until the deadline, with its
  /// reason; `unroutable` when a message was returned or its exchange does not exist; `protocol`
  /// when the broker did not take one (basic.nack: a full queue) or broke the rules;
  /// `disconnected`, `unreachable`, `tls`, `refused`, `timed_out`, `stopped`, `invalid` as they
  /// say. The connection is closed after an error that leaves it in doubt, and opened anew at the
  /// next call.
  [[nodiscard]] Result<void> publish(const std::vector<AmqpMessage>& messages,
                                     const Deadline& deadline);

  /// Down also when the connection ends while nobody publishes. While it is, the broker is looked
  /// for now and then, so that this does not wait for the next publish to be true; after an alarm
  /// it is up again once the broker can be reached.
  [[nodiscard]] AmqpState state() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace net
