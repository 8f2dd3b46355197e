#include "net/amqp/detail/delivery_tracker.hpp"

#include <algorithm>
#include <utility>

namespace net {

void DeliveryTracker::begin() {
  ++connection_;
  standing_ = true;
  lost_some_ = false;
}

void DeliveryTracker::end() {
  standing_ = false;
  unsettled_.clear();
  aside_.clear();
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

Holding DeliveryTracker::holding(DeliveryTag tag) const {
  if (gone_.contains(tag.connection)) return Holding::gone;
  // The next connection will show whether its queue still exists.
  return tag.connection == connection_ ? Holding::ours : Holding::taken_back;
}

DeliveryTag DeliveryTracker::delivered(std::uint64_t number, Time now) {
  unsettled_.emplace(number, now);
  return {connection_, number};
}

bool DeliveryTracker::settle(DeliveryTag tag, Verdict verdict) {
  if (!standing_ && holding(tag) == Holding::ours) lost_some_ = true;
  if (!current(tag) || unsettled_.erase(tag.number) == 0) return false;
  decide(tag.number, verdict);
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

bool DeliveryTracker::set_aside(DeliveryTag tag, Time now, std::chrono::milliseconds at_most) {
  const auto until = take_out(tag, now, at_most);
  if (!until) return false;
  aside_until_ = aside_.empty() ? *until : std::min(aside_until_, *until);
  aside_.push_back(tag.number);
  return true;
}

void DeliveryTracker::give_back_aside(bool room, Time now) {
  if (room && now < aside_until_) return;
  for (const auto number : std::exchange(aside_, {})) decide(number, Verdict::give_back);
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
      decide(at->first, Verdict::give_back);
      at = postponed_.erase(at);
    }
  }
}

std::vector<DeliveryTracker::Settlement> DeliveryTracker::take() {
  return std::exchange(to_write_, {});
}

void DeliveryTracker::decide(std::uint64_t number, Verdict verdict) {
  to_write_.push_back({number, verdict});
  ++settled_;
}

}  // namespace net
