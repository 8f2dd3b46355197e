// What has become of the messages that a broker delivered: a consumer's books.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "net/amqp/broker.hpp"

namespace net {

/// Knows of each message of the present connection whether it is settled, set aside, or neither. A
/// tag of an earlier connection, or one that was settled before, has no effect: a second verdict
/// would close the channel. Not thread-safe.
class DeliveryTracker final {
 public:
  using Time = std::chrono::steady_clock::time_point;
  /// No message stays in hand for longer because it waits: RabbitMQ takes a channel whose consumer
  /// has not settled one for 30 minutes (consumer_timeout).
  static constexpr std::chrono::minutes longest_in_hand{25};
  enum class Verdict { acknowledge, reject, give_back };
  struct Settlement {
    std::uint64_t number;
    Verdict verdict;
  };

  /// A connection stands from now on.
  void begin();
  /// It broke or was closed: the broker takes back whatever it was not told of, if the queue is
  /// still there.
  void end();
  /// The queue is gone, and with it whatever was delivered by the last connection and not settled.
  void lose_queue();

  [[nodiscard]] DeliveryTag delivered(std::uint64_t number, Time now);
  /// @returns whether it had an effect.
  bool settle(DeliveryTag tag, Verdict verdict);
  /// The message is given back by give_back_aside(), or goes back with its connection.
  /// @returns whether it had an effect.
  bool set_aside(DeliveryTag tag, Time now, std::chrono::milliseconds at_most);
  /// The message is given back by give_back_postponed(), or goes back with its connection.
  /// @returns whether it had an effect.
  bool postpone(DeliveryTag tag, Time now, std::chrono::milliseconds at_most);
  void give_back_postponed(Time now);
  [[nodiscard]] std::size_t postponed() const { return postponed_.size(); }
  /// All that were set aside, if there is no room for them, or the first of them waited its time.
  void give_back_aside(bool room, Time now);

  /// What the broker is to be told now.
  [[nodiscard]] std::vector<Settlement> take();
  /// So many of those have been written.
  void written(std::size_t count) { written_ += count; }

  [[nodiscard]] bool standing() const { return standing_; }
  [[nodiscard]] bool current(DeliveryTag tag) const {
    return standing_ && tag.connection == connection_;
  }
  [[nodiscard]] Holding holding(DeliveryTag tag) const;
  [[nodiscard]] std::uint64_t connection() const { return connection_; }
  [[nodiscard]] std::size_t aside() const { return aside_.size(); }
  /// How many were settled, over all connections; those that ended unwritten do not count.
  [[nodiscard]] std::uint64_t settled() const { return settled_; }
  [[nodiscard]] std::uint64_t written() const { return written_; }
  /// The last connection ended before all that is settled of it had been written.
  [[nodiscard]] bool lost_some() const { return lost_some_; }

 private:
  /// Takes it out of those that are unsettled. @returns until when it may wait.
  [[nodiscard]] std::optional<Time> take_out(DeliveryTag tag, Time now,
                                             std::chrono::milliseconds at_most);
  void decide(std::uint64_t number, Verdict verdict);

  bool standing_ = false;
  /// Connections whose messages are gone.
  std::set<std::uint64_t> gone_;
  std::uint64_t connection_ = 0;
  /// Since when they are in hand.
  std::map<std::uint64_t, Time> unsettled_;
  /// Not in the above.
  std::vector<std::uint64_t> aside_;
  Time aside_until_;
  /// In neither of the above.
  std::map<std::uint64_t, Time> postponed_;
  std::vector<Settlement> to_write_;
  std::uint64_t settled_ = 0;
  std::uint64_t written_ = 0;
  bool lost_some_ = false;
};

}  // namespace net
