#include "net/amqp/detail/confirmations.hpp"

#include <fmt/format.h>

namespace net {

void AmqpConfirmations::on(const AmqpConfirmed& confirmed) {
  any_ = true;
  if (confirmed.multiple) {
    open_.erase(open_.begin(), open_.upper_bound(confirmed.number));
  } else {
    open_.erase(confirmed.number);
  }
  if (confirmed.accepted || problem_) return;
  problem_ = Error{ErrorKind::protocol,
                   "the broker rejected a message (basic.nack); the queue may be full"};
}

void AmqpConfirmations::on(const AmqpReturned& returned) {
  if (problem_) return;
  problem_ = Error{ErrorKind::unroutable,
                   fmt::format("no queue took a message: {} (exchange '{}', routing key '{}')",
                               returned.reason, returned.exchange, returned.routing_key)};
}

}  // namespace net
