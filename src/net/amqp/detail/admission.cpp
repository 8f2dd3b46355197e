#include "net/amqp/detail/admission.hpp"

#include <algorithm>

#include "net/amqp/detail/delivery_tracker.hpp"

namespace net {

void AmqpAdmission::begin() {
  waiting_.clear();
  lease_.reset();
}

bool AmqpAdmission::admit(std::size_t body) {
  if (memory_ == nullptr) return true;
  lease_ = memory_->try_take(cost_(body));
  return lease_.has_value();
}

void AmqpAdmission::wait(DeliveryTag tag, std::size_t body, Time now) {
  waiting_.push_back({tag, body, now});
}

std::optional<DeliveryTag> AmqpAdmission::next_to_go_back(Time now) {
  const auto next = std::find_if(waiting_.begin(), waiting_.end(), [&](const Waiting& message) {
    return now - message.since >= DeliveryTracker::longest_in_hand ||
           memory_->try_take(cost_(message.body)).has_value();
  });
  if (next == waiting_.end()) return std::nullopt;
  const auto tag = next->tag;
  waiting_.erase(next);
  return tag;
}

}  // namespace net
