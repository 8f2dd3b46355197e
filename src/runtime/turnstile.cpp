#include "runtime/turnstile.hpp"

namespace runtime {

std::uint64_t Turnstile::draw() {
  const std::lock_guard lock(mutex_);
  inside_.insert(next_);
  return next_++;
}

bool Turnstile::reached(std::uint64_t number) const {
  const std::lock_guard lock(mutex_);
  return inside_.empty() || *inside_.begin() >= number;
}

void Turnstile::leave(std::uint64_t number) {
  {
    const std::lock_guard lock(mutex_);
    const bool first = !inside_.empty() && *inside_.begin() == number;
    inside_.erase(number);
    if (!first) return;
  }
  on_moved_();
}

}  // namespace runtime
