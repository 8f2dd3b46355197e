// Tracks the state of messages that a broker has delivered to a consumer.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "net/amqp/broker.hpp"

namespace net {

/// Knows for each message of the current connection whether it is settled, deferred, or neither. A
/// tag of an earlier connection, or one that was settled before, has no effect: a second settlement
/// would close the channel. Not thread-safe.
class DeliveryTracker final {
 public:
  using Time = std::chrono::steady_clock::time_point;
  /// Maximum time that a waiting message stays unsettled: RabbitMQ closes a channel whose consumer
  /// has not settled a message for 30 minutes (consumer_timeout).
  static constexpr std::chrono::minutes longest_in_hand{25};
  enum class SettlementKind { acknowledge, reject, give_back };
  struct Settlement {
    std::uint64_t number;
    SettlementKind kind;
  };

  /// A connection was opened.
  void begin();
  /// The connection broke or was closed: the broker takes back all messages whose settlement was
  /// not sent, if the queue still exists.
  void end();
  /// The queue was deleted, and with it all unsettled messages of the last connection.
  void lose_queue();

  [[nodiscard]] DeliveryTag delivered(std::uint64_t number, Time now);
  /// @returns whether it had an effect
  bool settle(DeliveryTag tag, SettlementKind kind);
  /// The message is given back by give_back_deferred(), or goes back with its connection.
  /// @returns whether it had an effect
  bool defer(DeliveryTag tag, Time now, std::chrono::milliseconds at_most);
  /// The message is given back by give_back_postponed(), or goes back with its connection.
  /// @returns whether it had an effect
  bool postpone(DeliveryTag tag, Time now, std::chrono::milliseconds at_most);
  void give_back_postponed(Time now);
  [[nodiscard]] std::size_t postponed() const { return postponed_.size(); }
  /// Gives back all messages that were deferred, if there is no room for them, or the time of the
  /// first is over.
  void give_back_deferred(bool room, Time now);

  /// Removes and returns the settlements to send now.
  [[nodiscard]] std::vector<Settlement> take();
  /// This number of them was sent.
  void written(std::size_t count) { written_ += count; }

  [[nodiscard]] bool connected() const { return connected_; }
  [[nodiscard]] bool current(DeliveryTag tag) const {
    return connected_ && tag.connection == connection_;
  }
  [[nodiscard]] DeliveryState delivery_state(DeliveryTag tag) const;
  [[nodiscard]] std::uint64_t connection() const { return connection_; }
  [[nodiscard]] std::size_t deferred() const { return deferred_.size(); }
  /// The number of settlements on all connections, without those that were not sent.
  [[nodiscard]] std::uint64_t settled() const { return settled_; }
  [[nodiscard]] std::uint64_t written() const { return written_; }
  /// The last connection ended before all its settlements were sent.
  [[nodiscard]] bool lost_some() const { return lost_some_; }

 private:
  /// Removes it from the unsettled messages. @returns until when it may wait
  [[nodiscard]] std::optional<Time> take_out(DeliveryTag tag, Time now,
                                             std::chrono::milliseconds at_most);
  void decide(std::uint64_t number, SettlementKind kind);

  bool connected_ = false;
  /// Connections whose messages were lost with their queue.
  std::set<std::uint64_t> gone_;
  std::uint64_t connection_ = 0;
  /// Unsettled messages, with the time of delivery.
  std::map<std::uint64_t, Time> unsettled_;
  /// Not in `unsettled_`.
  std::vector<std::uint64_t> deferred_;
  Time deferred_until_;
  /// Neither in `unsettled_` nor in `deferred_`.
  std::map<std::uint64_t, Time> postponed_;
  std::vector<Settlement> to_write_;
  std::uint64_t settled_ = 0;
  std::uint64_t written_ = 0;
  bool lost_some_ = false;
};

}  // namespace net
