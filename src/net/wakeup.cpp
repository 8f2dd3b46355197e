#include "net/wakeup.hpp"

#include <poll.h>
#include <sys/eventfd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>

namespace net {

Wakeup::Wakeup() : event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (event_.get() < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

void Wakeup::signal() const {
  const std::uint64_t one = 1;
  // Fails only if the counter is full; then the waiting thread wakes anyway.
  [[maybe_unused]] const auto written = ::write(event_.get(), &one, sizeof one);
}

void Wakeup::wait(int socket, std::chrono::milliseconds limit) const {
  std::array<pollfd, 2> watched{{{event_.get(), POLLIN, 0}, {socket, POLLIN, 0}}};
  ::poll(watched.data(), watched.size(), static_cast<int>(limit.count()));
  std::uint64_t count = 0;
  [[maybe_unused]] const auto taken = ::read(event_.get(), &count, sizeof count);
}

}  // namespace net
