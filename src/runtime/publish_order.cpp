#include "runtime/publish_order.hpp"

namespace runtime {

std::uint64_t PublishOrder::draw() {
  const std::lock_guard lock(mutex_);
  inside_.insert(next_);
  return next_++;
}

bool PublishOrder::reached(std::uint64_t number) const {
  const std::lock_guard lock(mutex_);
  return inside_.empty() || *inside_.begin() >= number;
}

void PublishOrder::leave(std::uint64_t number) {
  {
    const std::lock_guard lock(mutex_);
    const bool first = !inside_.empty() && *inside_.begin() == number;
    inside_.erase(number);
    if (!first) return;
  }
  on_moved_();
}

}  // namespace runtime
