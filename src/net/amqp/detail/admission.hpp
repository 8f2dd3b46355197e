// Which messages of a consumer are read now, and which wait for memory.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <utility>

#include "net/amqp/broker.hpp"
#include "net/memory_budget.hpp"

namespace net {

/// A message for which there is not enough memory is not read. It stays with the consumer,
/// unsettled, until there is, and goes back to the queue then: the broker delivers it again. It
/// goes back too before the broker would close the channel of a consumer that does not settle it.
///
/// For the messages of one connection. Not thread-safe.
class AmqpAdmission final {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// @param memory without a budget there is always enough; must outlive this object
  /// @param cost what a message with a body of this size takes of it, in bytes
  AmqpAdmission(MemoryBudget* memory, std::function<std::size_t(std::size_t)> cost)
      : memory_(memory), cost_(std::move(cost)) {}

  /// Another connection: the broker has taken back what waited.
  void begin();

  /// Takes memory for a message whose body is about to be read. @returns false where it is not free
  [[nodiscard]] bool admit(std::size_t body);
  /// Of the message that has been read.
  [[nodiscard]] std::optional<MemoryBudget::Lease> take_lease() {
    return std::exchange(lease_, std::nullopt);
  }

  /// The message was not admitted.
  void wait(DeliveryTag tag, std::size_t body, Time now);
  /// A message that is to go back to the queue now, since there is memory for it, or it waited for
  /// DeliveryTracker::longest_in_hand. It waits no longer.
  [[nodiscard]] std::optional<DeliveryTag> next_to_go_back(Time now);
  [[nodiscard]] bool none_waits() const { return waiting_.empty(); }

 private:
  struct Waiting {
    DeliveryTag tag;
    std::size_t body;
    Time since;
  };

  MemoryBudget* const memory_;
  const std::function<std::size_t(std::size_t)> cost_;
  /// For the message that is being read.
  std::optional<MemoryBudget::Lease> lease_;
  /// In the order in which they came.
  std::deque<Waiting> waiting_;
};

}  // namespace net
