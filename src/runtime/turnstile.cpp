#include "runtime/turnstile.hpp"

namespace runtime {

std::uint64_t Turnstile::draw() {
  const std::lock_guard lock(mutex_);
  return drawn_++;
}

bool Turnstile::reached(std::uint64_t number) const {
  const std::lock_guard lock(mutex_);
  return turn_ >= number;
}

void Turnstile::leave(std::uint64_t number) {
  {
    const std::lock_guard lock(mutex_);
    left_.insert(number);
    if (*left_.begin() != turn_) return;
    while (!left_.empty() && *left_.begin() == turn_) {
      left_.erase(left_.begin());
      ++turn_;
    }
  }
  on_moved_();
}

}  // namespace runtime
