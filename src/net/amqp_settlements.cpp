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
  postponed_.clear();
  to_write_.clear();
  // What could not be written is void now: nobody waits for it any more.
  lost_some_ = settled_ > written_;
  settled_ = written_;
}

void AmqpSettlements::lose_queue() {
  gone_.insert(connection_);
  lost_some_ = false;
}

Holding AmqpSettlements::holding(DeliveryTag tag) const {
  if (gone_.contains(tag.connection)) return Holding::gone;
  // Whether its queue is still there shows when the next connection consumes.
  return tag.connection == connection_ ? Holding::ours : Holding::taken_back;
}

DeliveryTag AmqpSettlements::delivered(std::uint64_t number) {
  unsettled_.insert(number);
  return {connection_, number};
}

bool AmqpSettlements::settle(DeliveryTag tag, Verdict verdict) {
  if (!standing_ && holding(tag) == Holding::ours) lost_some_ = true;
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

bool AmqpSettlements::postpone(DeliveryTag tag, Time until) {
  if (!current(tag) || unsettled_.erase(tag.number) == 0) return false;
  postponed_.emplace(tag.number, until);
  return true;
}

void AmqpSettlements::give_back_postponed(Time now) {
  for (auto at = postponed_.begin(); at != postponed_.end();) {
    if (now < at->second) {
      ++at;
    } else {
      decide(at->first, Verdict::give_back);
      at = postponed_.erase(at);
    }
  }
}

std::vector<AmqpSettlements::Settlement> AmqpSettlements::take() {
  return std::exchange(to_write_, {});
}

void AmqpSettlements::decide(std::uint64_t number, Verdict verdict) {
  to_write_.push_back({number, verdict});
  ++settled_;
}

}  // namespace net
