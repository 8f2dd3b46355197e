// Consumes messages of one queue. Reconnects automatically, and never acknowledges automatically.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "net/amqp/broker.hpp"
#include "net/deadline.hpp"
#include "net/memory_budget.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace net {

struct Delivery {
  DeliveryTag tag;
  std::string body;
  /// The broker's flag: it has delivered this message before.
  bool redelivered = false;
  /// Its lease of AmqpConsumerOptions::memory; returned with the last copy.
  std::shared_ptr<MemoryBudget::Lease> memory = {};
  /// The message is longer than `max_body`, and `body` has its first 64 KiB.
  bool cut = false;
};

struct AmqpConsumerOptions {
  AmqpConnectionOptions connection;
  std::string queue;
  /// Maximum number of messages that are delivered and not settled.
  std::uint16_t prefetch = 16;
  /// In bytes; of a longer message only the beginning is delivered, and an error is logged.
  std::size_t max_body = std::size_t{64} * 1024 * 1024;
  /// Each message leases `cost` bytes from it before its body is read. Without enough memory the
  /// message is not read; it goes back to the queue as soon as there is enough. nullptr: no limit.
  /// Must outlive the consumer.
  MemoryBudget* memory = nullptr;
  /// The memory that a message with a body of this size needs. In bytes.
  std::function<std::size_t(std::size_t)> cost = [](std::size_t size) { return size; };
  /// Maximum number of messages that are deferred. Only the number of each is kept.
  std::uint16_t max_deferred = 5000;
  /// Must be clearly below the half hour after which RabbitMQ closes the channel of a consumer that
  /// does not settle a message.
  std::chrono::milliseconds defer_for = std::chrono::minutes(15);
  /// Interval at which the broker is asked for queued().
  std::chrono::milliseconds size_interval = std::chrono::seconds(10);
};

/// One thread owns the connection. It sends heartbeats, reconnects with backoff when the connection
/// or channel breaks, the queue is deleted, or the broker cancels the consumer, and logs each
/// change of state once.
///
/// Public functions are thread-safe and do not wait for the broker, unless they take a Deadline.
class AmqpConsumer final {
 public:
  /// Both functions are called on the consumer's thread and must return quickly.
  /// @param on_outdated called after each attempt at which the broker did not have the queue, or
  /// rejected the credentials: the caller should register again. May be empty
  AmqpConsumer(AmqpConsumerOptions options, telemetry::Log log,
               std::function<void(Delivery)> on_delivery, std::function<void()> on_outdated = {});
  /// Sends settlements, closes the connection and joins: within about two seconds, unless a TLS
  /// connection is being opened, which can last for `connect_timeout`. Messages that were not
  /// acknowledged go back to the queue.
  ~AmqpConsumer();
  AmqpConsumer(const AmqpConsumer&) = delete;
  AmqpConsumer& operator=(const AmqpConsumer&) = delete;

  /// Connects, and calls on_delivery from now on. Call it once. Separate from the constructor, so
  /// that other objects can get a pointer to this one before the first message.
  void start();

  /// Uses another address or queue from the next connection on. Reconnects now if they differ, or
  /// if a retry is pending.
  void reconfigure(AmqpConnectionOptions connection, std::string queue);

  /// Ignores a tag of an earlier connection, whose message the broker has taken back already, and a
  /// tag that was settled before. The same applies to reject() and give_back().
  void acknowledge(DeliveryTag tag);
  /// Drops the message permanently.
  void reject(DeliveryTag tag);
  /// Puts the message back into the queue.
  void give_back(DeliveryTag tag);

  /// Takes no further messages; delivered messages can still be settled. One call of on_delivery
  /// may still be running; prefetched messages are given back. Does not reconnect after this.
  void stop_taking();

  /// Until then messages can be deferred, and the prefetch is increased by
  /// AmqpConsumerOptions::max_deferred. A later call replaces an earlier one.
  void make_room(std::chrono::steady_clock::time_point until);
  /// Delays redelivery of the message: it stays unsettled until the time of make_room() is over, or
  /// AmqpConsumerOptions::defer_for has passed, and then goes back to the queue. Without room it
  /// goes back immediately.
  void defer(DeliveryTag tag);

  /// Delays redelivery of the message for AmqpConsumerOptions::defer_for, and fetches others
  /// instead.
  void postpone(DeliveryTag tag);

  /// Waits until all settlements so far were sent to the broker.
  /// @returns false if the deadline passed first; or if the connection broke before all settlements
  /// were sent, also before this call, and no other was opened since: those messages come again
  [[nodiscard]] bool flush(const Deadline& deadline);

  /// State of the message. `gone` also if the queue does not exist any more when a broken
  /// connection is replaced.
  [[nodiscard]] DeliveryState delivery_state(DeliveryTag tag) const;
  /// Whether it is consuming now.
  [[nodiscard]] bool connected() const;
  /// The number of messages in the queue that are not delivered, updated at
  /// AmqpConsumerOptions::size_interval; nothing while it is not consuming.
  [[nodiscard]] std::optional<std::uint64_t> queued() const;
  /// The number of messages that are deferred.
  [[nodiscard]] std::size_t deferred() const;
  [[nodiscard]] AmqpState state() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace net
