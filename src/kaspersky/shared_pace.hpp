// The pace of all replicas together.
#pragma once

#include <chrono>
#include <mutex>

#include "kaspersky/clock.hpp"
#include "storage/replicas.hpp"

namespace kaspersky {

/// Each request has a moment of its own, which the server gives by its clock. While it is away each
/// replica leaves as much time between its requests as if the others made as many. The class is
/// thread-safe.
class SharedPace final {
 public:
  /// @param shared must outlive this object
  SharedPace(storage::Shared shared, int requests_per_second, Clock clock);

  /// Takes the next moment that is free. @returns how long to wait for it
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
