// Tracks the broker's confirmations of one batch of messages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>

#include "net/amqp/detail/connection.hpp"
#include "net/error.hpp"

namespace net {

class AmqpConfirmations final {
 public:
  /// @param last_number of the connection's messages; each sent() increments it; must outlive this
  /// object
  explicit AmqpConfirmations(std::uint64_t& last_number) : last_number_(last_number) {}

  void sent() { open_.insert(++last_number_); }
  void on(const AmqpConfirmed& confirmed);
  void on(const AmqpReturned& returned);

  /// The number of messages that were sent and not confirmed yet.
  [[nodiscard]] std::size_t open() const { return open_.size(); }
  /// Whether anything was confirmed.
  [[nodiscard]] bool any() const { return any_; }
  /// Why the first rejected message reached no queue.
  [[nodiscard]] const std::optional<Error>& problem() const { return problem_; }

 private:
  std::uint64_t& last_number_;
  std::set<std::uint64_t> open_;
  bool any_ = false;
  std::optional<Error> problem_;
};

}  // namespace net
