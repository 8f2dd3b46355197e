#include "net/detail/tcp_connect.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>
#include <system_error>

namespace net {
namespace {

struct AddressesDeleter {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, AddressesDeleter>;

Result<Addresses> resolve(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int code = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  if (code != 0) {
    return failure(ErrorKind::unreachable,
                   fmt::format("cannot resolve the name: {}", gai_strerror(code)));
  }
  return Addresses(list);
}

tl::unexpected<Error> system_failure(int code) {
  return failure(ErrorKind::unreachable,
                 fmt::format("cannot connect: {}", std::generic_category().message(code)));
}

Result<os::FileDescriptor> connect_to(const addrinfo& address, SocketInterrupter& interrupter,
                                      const Deadline& deadline) {
  os::FileDescriptor socket(
      ::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (socket.get() < 0) return system_failure(errno);
  interrupter.attach(socket.get());

  const int on = 1;
  setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(socket.get(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);

  if (::connect(socket.get(), address.ai_addr, address.ai_addrlen) == 0) return socket;
  if (errno != EINPROGRESS) return system_failure(errno);

  pollfd watched{socket.get(), POLLOUT, 0};
  int ready = 0;
  do {
    ready = ::poll(&watched, 1, static_cast<int>(deadline.remaining().count()));
  } while (ready < 0 && errno == EINTR);
  if (ready == 0) return failure(ErrorKind::timed_out, "no answer to the connection attempt");

  int code = 0;
  socklen_t size = sizeof code;
  getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &code, &size);
  if (code != 0) return system_failure(code);
  return socket;
}

}  // namespace

Result<os::FileDescriptor> connect_tcp(const std::string& host, std::uint16_t port,
                                       SocketInterrupter& interrupter, const Deadline& deadline) {
  auto addresses = resolve(host, port);
  if (!addresses) return tl::unexpected(addresses.error());

  int left = 0;
  for (const addrinfo* each = addresses->get(); each != nullptr; each = each->ai_next) ++left;

  Result<os::FileDescriptor> socket = failure(ErrorKind::unreachable, "the name has no address");
  for (const addrinfo* each = addresses->get(); each != nullptr; each = each->ai_next) {
    socket = connect_to(*each, interrupter, deadline.within(deadline.remaining() / left--));
    if (socket) break;
  }
  return socket;
}

}  // namespace net
