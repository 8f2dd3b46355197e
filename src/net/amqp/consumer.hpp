// Takes messages from one queue, for ever: reconnects by itself, and never acknowledges by itself.
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
  /// The broker says that it has delivered this message before.
  bool redelivered = false;
  /// What was taken for it of AmqpConsumerOptions::memory; goes back with the last copy.
  std::shared_ptr<MemoryBudget::Lease> memory = {};
  /// The message is longer than what is read, and `body` its first 64 KiB.
  bool cut = false;
};

struct AmqpConsumerOptions {
  AmqpConnectionOptions connection;
  std::string queue;
  /// How many messages may be delivered and not yet settled.
  std::uint16_t prefetch = 16;
  /// In bytes; of a longer message only the beginning is delivered, with an error in the log.
  std::size_t max_body = std::size_t{64} * 1024 * 1024;
  /// From which each message takes what `cost` says, before its body is read. One for which there
  /// is not enough is not read: it goes back to the queue as soon as there is. Without a budget
  /// there is always enough. Must outlive the consumer.
  MemoryBudget* memory = nullptr;
  /// Of a message with a body of this size. In bytes.
  std::function<std::size_t(std::size_t)> cost = [](std::size_t size) { return size; };
  /// How many messages may be set aside. Of each only its number is kept.
  std::uint16_t aside = 5000;
  /// Safely below the half hour after which RabbitMQ closes the channel of who does not settle.
  std::chrono::milliseconds aside_for = std::chrono::minutes(15);
  /// Between two questions for queued().
  std::chrono::milliseconds size_interval = std::chrono::seconds(10);
};

/// One thread owns the connection. It pumps heartbeats, reconnects with backoff when the connection
/// or channel breaks, when the queue is gone, or when the broker cancels the consumer, and logs
/// each change of state once.
///
/// Public functions are thread-safe and do not wait for the broker, unless they take a Deadline.
class AmqpConsumer final {
 public:
  /// Both functions are called on the consumer's thread and must return quickly.
  /// @param on_outdated the broker has no such queue, or refuses the credentials: whoever told them
  /// should be asked anew. Called after each attempt that failed so; may be empty.
  AmqpConsumer(AmqpConsumerOptions options, telemetry::Log log,
               std::function<void(Delivery)> on_delivery, std::function<void()> on_outdated = {});
  /// Writes what was settled, closes the connection and joins: within about two seconds, unless a
  /// TLS connection is being opened, which can last for its `connect_timeout`. What was not
  /// acknowledged goes back to the queue.
  ~AmqpConsumer();
  AmqpConsumer(const AmqpConsumer&) = delete;
  AmqpConsumer& operator=(const AmqpConsumer&) = delete;

  /// Connects, and calls on_delivery from now on. To be called once; apart from the constructor, so
  /// that whoever settles messages can be told of this object before the first one comes.
  void start();

  /// Uses another address or queue from the next connection on, and reconnects now if they differ,
  /// or if it is waiting to try again.
  void reconfigure(AmqpConnectionOptions connection, std::string queue);

  /// A tag of an earlier connection is ignored: the broker has taken the message back already. So
  /// is one that was settled before. The same holds for reject() and give_back().
  void acknowledge(DeliveryTag tag);
  /// Drops the message for good.
  void reject(DeliveryTag tag);
  /// Puts the message back into the queue.
  void give_back(DeliveryTag tag);

  /// Takes no further messages; what was delivered can still be settled. One on_delivery may be
  /// under way; what the broker sent ahead is given back. Does not reconnect after this.
  void stop_taking();

  /// Until then messages can be set aside, and as many further ones are fetched beyond the prefetch
  /// as Options::aside says. A later call replaces an earlier one.
  void make_room(std::chrono::steady_clock::time_point until);
  /// Keeps the message from coming again: it stays unsettled until the time of make_room() is over,
  /// or Options::aside_for has passed, and goes back to the queue then. Without room, at once.
  void set_aside(DeliveryTag tag);

  /// Keeps the message from coming again for Options::aside_for, and fetches others in its place.
  void postpone(DeliveryTag tag);

  /// Waits until everything settled so far has been written to the broker.
  /// @returns false when the deadline passed first, or when the connection broke with settlements
  /// unwritten, also before this call, and no other was opened since: those messages come again.
  [[nodiscard]] bool flush(const Deadline& deadline);

  /// What has become of the message. `gone` also where the queue turns out to be missing when a
  /// connection that broke is replaced.
  [[nodiscard]] Holding holding(DeliveryTag tag) const;
  /// Whether it is consuming right now.
  [[nodiscard]] bool connected() const;
  /// Messages in the queue that are not delivered to anybody, as of the last look at it (see
  /// Options::size_interval); nothing while it is not consuming.
  [[nodiscard]] std::optional<std::uint64_t> queued() const;
  /// How many messages are set aside.
  [[nodiscard]] std::size_t aside() const;
  [[nodiscard]] AmqpState state() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace net
