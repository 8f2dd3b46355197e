#include "net/detail/socket_interrupter.hpp"

#include <fcntl.h>
#include <sys/socket.h>

namespace net {

void SocketInterrupter::attach(int socket) {
  const std::lock_guard lock(mutex_);
  socket_.reset(::fcntl(socket, F_DUPFD_CLOEXEC, 0));
  if (for_good_) ::shutdown(socket, SHUT_RDWR);
}

void SocketInterrupter::detach() {
  const std::lock_guard lock(mutex_);
  socket_.reset();
}

void SocketInterrupter::interrupt() {
  const std::lock_guard lock(mutex_);
  ::shutdown(socket_.get(), SHUT_RDWR);
}

void SocketInterrupter::interrupt_for_good() {
  const std::lock_guard lock(mutex_);
  for_good_ = true;
  stop_.request_stop();
  ::shutdown(socket_.get(), SHUT_RDWR);
}

}  // namespace net
