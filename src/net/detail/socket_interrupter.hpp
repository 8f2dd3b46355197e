// Ends a thread's operation on a socket from another thread, by shutting down the socket. For
// library functions that wait without a limit.
#pragma once

#include <mutex>
#include <stop_token>

#include "os/file_descriptor.hpp"

namespace net {

/// The class is thread-safe.
class SocketInterrupter final {
 public:
  /// Replaces the attached socket. Keeps a duplicate of the descriptor: the owner may close its
  /// descriptor at any time, and the number may be reused.
  void attach(int socket);
  void detach();

  /// Calls on the attached socket, if any, fail from now on.
  void interrupt();
  /// The same, and for every socket that is attached later.
  void interrupt_for_good();
  /// Stopped by interrupt_for_good(), for waits without a socket.
  [[nodiscard]] std::stop_token stop() const { return stop_.get_token(); }

 private:
  std::mutex mutex_;
  os::FileDescriptor socket_;
  bool for_good_ = false;
  std::stop_source stop_;
};

}  // namespace net
