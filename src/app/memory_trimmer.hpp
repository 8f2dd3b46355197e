// Gives memory back to the system after something large.
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

  /// What is free a second from now goes back to the system: whoever says that something large is
  /// over is about to free it.
  void something_large_is_over();

 private:
  void run(const std::stop_token& stop);

  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool wanted_ = false;
  os::Thread thread_;
};

}  // namespace app
