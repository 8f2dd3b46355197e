// Decides which messages of a consumer are read now, and which wait for memory.
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

/// A message without enough memory is not read. It stays unsettled until there is enough, and then
/// goes back to the queue: the broker delivers it again. Its memory is leased before it goes back
/// and kept for it, and no other goes back until it has come: each return can count towards the
/// delivery-limit of a quorum queue, after which the broker drops the message. It also goes back
/// before the broker would close the channel because it is not settled.
///
/// For the messages of one connection. Not thread-safe.
class AmqpAdmission final {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// @param memory nullptr: no limit; otherwise must outlive this object
  /// @param cost the memory for a message with a body of this size, in bytes
  AmqpAdmission(MemoryBudget* memory, std::function<std::size_t(std::size_t)> cost)
      : memory_(memory), cost_(std::move(cost)) {}

  /// The connection ended: the broker has taken back the waiting messages.
  void reset();

  /// Leases memory for a message before its body is read. @returns false if there is not enough
  [[nodiscard]] bool admit(std::size_t body, bool redelivered);
  /// The lease of the message that was read.
  [[nodiscard]] std::optional<MemoryBudget::Lease> take_lease() {
    return std::exchange(lease_, std::nullopt);
  }

  /// Adds a message that was not admitted.
  void wait(DeliveryTag tag, std::size_t body, Time now);
  /// Removes and returns a message that must go back to the queue now, because there is memory for
  /// it, or it has waited for DeliveryTracker::longest_in_hand.
  [[nodiscard]] std::optional<DeliveryTag> next_to_go_back(Time now);
  /// Whether next_to_go_back() has something to do soon.
  [[nodiscard]] bool must_be_asked() const { return !waiting_.empty() || expected_; }

 private:
  struct Waiting {
    DeliveryTag tag;
    std::size_t body;
    Time since;
  };

  MemoryBudget* const memory_;
  const std::function<std::size_t(std::size_t)> cost_;
  /// A message that went back because there is memory for it.
  struct Expected {
    std::size_t body;
    MemoryBudget::Lease lease;
    Time since;
  };

  /// For the message that is being read.
  std::optional<MemoryBudget::Lease> lease_;
  /// In order of arrival.
  std::deque<Waiting> waiting_;
  std::optional<Expected> expected_;
};

}  // namespace net
