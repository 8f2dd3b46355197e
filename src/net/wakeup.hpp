// Wakes a thread that waits for a socket, with an eventfd in the same poll. Private to the room.
#pragma once

#include <chrono>

#include "os/file_descriptor.hpp"

namespace net {

class Wakeup final {
 public:
  Wakeup();

  /// Ends the running wait(), or otherwise the next one. Thread-safe.
  void signal() const;

  /// Waits until `socket` (or nothing, when -1) is readable or broken, signal() was called, or
  /// `limit` has passed.
  void wait(int socket, std::chrono::milliseconds limit) const;

 private:
  os::FileDescriptor event_;
};

}  // namespace net
