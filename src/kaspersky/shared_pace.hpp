// Limits the rate of requests of all replicas together.
#pragma once

#include <chrono>
#include <mutex>

#include "kaspersky/clock.hpp"
#include "storage/replicas.hpp"

namespace kaspersky {

/// Each request gets its own slot from the server, by the server's clock. While the server is
/// unreachable, each replica multiplies its interval by the number of replicas. The class is
/// thread-safe.
class SharedPace final {
 public:
  /// @param shared must outlive this object
  SharedPace(storage::Shared shared, int requests_per_second, Clock clock);

  /// Reserves the next free slot. @returns the time until the slot
  [[nodiscard]] std::chrono::nanoseconds reserve();

 private:
  storage::Redis& redis_;
  storage::Replicas& replicas_;
  const std::chrono::microseconds interval_;
  const Clock clock_;
  std::mutex mutex_;
  std::chrono::steady_clock::time_point next_alone_;
};

}  // namespace kaspersky
