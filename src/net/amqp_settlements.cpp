#include "net/amqp_settlements.hpp"

#include <utility>

namespace net {

void AmqpSettlements::begin() {
  ++connection_;
  standing_ = true;
  lost_some_ = false;
}

void AmqpSettlements::end() {
  standing_ = false;
  unsettled_.clear();
  aside_.clear();
  to_write_.clear();
  // What could not be written is void now: nobody waits for it any more.
  lost_some_ = settled_ > written_;
  settled_ = written_;
}

DeliveryTag AmqpSettlements::delivered(std::uint64_t number) {
  unsettled_.insert(number);
  return {connection_, number};
}

bool AmqpSettlements::settle(DeliveryTag tag, Verdict verdict) {
  if (!standing_ && tag.connection == connection_) lost_some_ = true;
  if (!current(tag) || unsettled_.erase(tag.number) == 0) return false;
  decide(tag.number, verdict);
  return true;
}

bool AmqpSettlements::set_aside(DeliveryTag tag, Time now, std::chrono::milliseconds at_most) {
  if (!current(tag) || unsettled_.erase(tag.number) == 0) return false;
  if (aside_.empty()) aside_until_ = now + at_most;
  aside_.push_back(tag.number);
  return true;
}

void AmqpSettlements::give_back_aside(bool room, Time now) {
  if (room && now < aside_until_) return;
  for (const auto number : std::exchange(aside_, {})) decide(number, Verdict::give_back);
}

std::vector<AmqpSettlements::Settlement> AmqpSettlements::take() {
  return std::exchange(to_write_, {});
}

void AmqpSettlements::decide(std::uint64_t number, Verdict verdict) {
  to_write_.push_back({number, verdict});
  ++settled_;
}

}  // namespace net
