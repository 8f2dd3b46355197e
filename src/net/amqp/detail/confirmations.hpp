// What the broker has said so far about the messages of one batch.
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
  /// @param last_number of the connection's messages; counts on with each sent() and must outlive
  /// this.
  explicit AmqpConfirmations(std::uint64_t& last_number) : last_number_(last_number) {}

  void sent() { open_.insert(++last_number_); }
  void on(const AmqpConfirmed& confirmed);
  void on(const AmqpReturned& returned);

  /// How many messages were sent and not yet confirmed.
  [[nodiscard]] std::size_t open() const { return open_.size(); }
  /// Whether anything was confirmed.
  [[nodiscard]] bool any() const { return any_; }
  /// Why the first message that reached no queue did not.
  [[nodiscard]] const std::optional<Error>& problem() const { return problem_; }

 private:
  std::uint64_t& last_number_;
  std::set<std::uint64_t> open_;
  bool any_ = false;
  std::optional<Error> problem_;
};

}  // namespace net
