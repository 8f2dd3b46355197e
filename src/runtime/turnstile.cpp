#include "runtime/turnstile.hpp"

namespace runtime {

std::uint64_t Turnstile::draw() {
  const std::lock_guard lock(mutex_);
  return drawn_++;
}

bool Turnstile::wait(std::uint64_t number, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  return moved_.wait(lock, stop, [&] { return turn_ == number; });
}

void Turnstile::leave(std::uint64_t number) {
  const std::lock_guard lock(mutex_);
  left_.insert(number);
  while (!left_.empty() && *left_.begin() == turn_) {
    left_.erase(left_.begin());
    ++turn_;
  }
  moved_.notify_all();
}

}  // namespace runtime
