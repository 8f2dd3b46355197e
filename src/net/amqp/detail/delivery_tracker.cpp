#include "net/amqp/detail/delivery_tracker.hpp"

#include <algorithm>
#include <utility>

namespace net {

void DeliveryTracker::begin() {
  ++connection_;
  connected_ = true;
  lost_some_ = false;
}

void DeliveryTracker::end() {
  connected_ = false;
  unsettled_.clear();
  deferred_.clear();
  postponed_.clear();
  to_write_.clear();
  // Settlements that were not sent are void now: flush() does not wait for them.
  lost_some_ = settled_ > written_;
  settled_ = written_;
}

void DeliveryTracker::lose_queue() {
  gone_.insert(connection_);
  lost_some_ = false;
}

DeliveryState DeliveryTracker::delivery_state(DeliveryTag tag) const {
  if (gone_.contains(tag.connection)) return DeliveryState::gone;
  // The next connection will show whether its queue still exists, but not whether it is the same
  // one.
  return tag.connection == connection_ ? DeliveryState::held : DeliveryState::requeued;
}

DeliveryTag DeliveryTracker::delivered(std::uint64_t number, Time now) {
  unsettled_.emplace(number, now);
  return {connection_, number};
}

bool DeliveryTracker::settle(DeliveryTag tag, SettlementKind kind) {
  if (!connected_ && delivery_state(tag) == DeliveryState::held) lost_some_ = true;
  if (!current(tag) || unsettled_.erase(tag.number) == 0) return false;
  decide(tag.number, kind);
  return true;
}

std::optional<DeliveryTracker::Time> DeliveryTracker::take_out(DeliveryTag tag, Time now,
                                                               std::chrono::milliseconds at_most) {
  const auto found = current(tag) ? unsettled_.find(tag.number) : unsettled_.end();
  if (found == unsettled_.end()) return std::nullopt;
  const auto until = std::min(now + at_most, found->second + longest_in_hand);
  unsettled_.erase(found);
  return until;
}

bool DeliveryTracker::defer(DeliveryTag tag, Time now, std::chrono::milliseconds at_most) {
  const auto until = take_out(tag, now, at_most);
  if (!until) return false;
  deferred_until_ = deferred_.empty() ? *until : std::min(deferred_until_, *until);
  deferred_.push_back(tag.number);
  return true;
}

void DeliveryTracker::give_back_deferred(bool room, Time now) {
  if (room && now < deferred_until_) return;
  for (const auto number : std::exchange(deferred_, {})) decide(number, SettlementKind::give_back);
}

bool DeliveryTracker::postpone(DeliveryTag tag, Time now, std::chrono::milliseconds at_most) {
  const auto until = take_out(tag, now, at_most);
  if (until) postponed_.emplace(tag.number, *until);
  return until.has_value();
}

void DeliveryTracker::give_back_postponed(Time now) {
  for (auto at = postponed_.begin(); at != postponed_.end();) {
    if (now < at->second) {
      ++at;
    } else {
      decide(at->first, SettlementKind::give_back);
      at = postponed_.erase(at);
    }
  }
}

std::vector<DeliveryTracker::Settlement> DeliveryTracker::take() {
  return std::exchange(to_write_, {});
}

void DeliveryTracker::decide(std::uint64_t number, SettlementKind kind) {
  to_write_.push_back({number, kind});
  ++settled_;
}

}  // namespace net
