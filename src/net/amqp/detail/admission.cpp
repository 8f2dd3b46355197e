#include "net/amqp/detail/admission.hpp"

#include <algorithm>

#include "net/amqp/detail/delivery_tracker.hpp"

namespace net {
namespace {

/// After this time another consumer of the queue has received the message that went back.
constexpr std::chrono::seconds longest_return{5};

}  // namespace

void AmqpAdmission::reset() {
  waiting_.clear();
  lease_.reset();
  expected_.reset();
}

bool AmqpAdmission::admit(std::size_t body, bool redelivered) {
  if (memory_ == nullptr) return true;
  if (expected_ && redelivered && expected_->body == body) {
    lease_ = std::move(expected_->lease);
    expected_.reset();
  } else {
    lease_ = memory_->try_take(cost_(body));
  }
  return lease_.has_value();
}

void AmqpAdmission::wait(DeliveryTag tag, std::size_t body, Time now) {
  waiting_.push_back({tag, body, now});
}

std::optional<DeliveryTag> AmqpAdmission::next_to_go_back(Time now) {
  if (expected_ && now - expected_->since >= longest_return) expected_.reset();
  const auto next = std::find_if(waiting_.begin(), waiting_.end(), [&](const Waiting& message) {
    if (now - message.since >= DeliveryTracker::longest_in_hand) return true;
    if (expected_) return false;
    auto lease = memory_->try_take(cost_(message.body));
    if (lease) expected_.emplace(Expected{message.body, std::move(*lease), now});
    return expected_.has_value();
  });
  if (next == waiting_.end()) return std::nullopt;
  const auto tag = next->tag;
  waiting_.erase(next);
  return tag;
}

}  // namespace net
