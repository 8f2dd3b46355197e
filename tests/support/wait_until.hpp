// Waits for a condition, with a time limit.
#pragma once

#include <chrono>
#include <thread>

namespace support {

/// @returns whether `condition` became true in time.
template <class Condition>
[[nodiscard]] bool wait_until(Condition condition,
                              std::chrono::milliseconds limit = std::chrono::seconds(20)) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

}  // namespace support
