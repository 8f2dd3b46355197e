#include "net/deadline.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace net {

Deadline::Deadline(Clock::time_point at, std::stop_token stop) : at_(at), stop_(std::move(stop)) {}

Deadline Deadline::after(std::chrono::milliseconds duration, std::stop_token stop) {
  return {Clock::now() + duration, std::move(stop)};
}

Deadline Deadline::within(std::chrono::milliseconds duration) const {
  return {std::min(at_, Clock::now() + duration), stop_};
}

std::chrono::milliseconds Deadline::remaining() const {
  if (stopped()) return std::chrono::milliseconds::zero();
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(at_ - Clock::now());
  return std::max(left, std::chrono::milliseconds::zero());
}

bool pause(std::chrono::milliseconds duration, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait_for(lock, stop, duration, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace net
