// Returns free memory to the system after large data was processed.
#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>

#include "os/thread.hpp"

namespace app {

/// Owns one thread. The class is thread-safe.
class MemoryTrimmer final {
 public:
  MemoryTrimmer();
  ~MemoryTrimmer() = default;
  MemoryTrimmer(const MemoryTrimmer&) = delete;
  MemoryTrimmer& operator=(const MemoryTrimmer&) = delete;

  /// Returns memory that is free in one second, because the caller is about to free large data.
  void trim_soon();

 private:
  void run(const std::stop_token& stop);

  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool wanted_ = false;
  os::Thread thread_;
};

}  // namespace app
