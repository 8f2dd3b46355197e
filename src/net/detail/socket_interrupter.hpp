// Ends whatever a thread does with a socket, from another thread, by shutting the socket down.
// Needed for calls of a library that wait without a limit.
#pragma once

#include <mutex>

#include "os/file_descriptor.hpp"

namespace net {

/// The class is thread-safe.
class SocketInterrupter final {
 public:
  /// Watches over this socket from now on, in place of the one before. Keeps a duplicate of the
  /// descriptor: the owner may close its own at any time, and the number may be used again.
  void attach(int socket);
  void detach();

  /// Calls on the attached socket fail from now on. Nothing happens when there is none.
  void interrupt();
  /// The same, and for every socket that is attached later.
  void interrupt_for_good();

 private:
  std::mutex mutex_;
  os::FileDescriptor socket_;
  bool for_good_ = false;
};

}  // namespace net
