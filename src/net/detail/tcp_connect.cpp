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
#include <utility>

#include "os/resolver.hpp"

namespace net {
namespace {

struct AddressesDeleter {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, AddressesDeleter>;

/// @param address numeric
Result<Addresses> to_addrinfo(const std::string& address, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST;
  addrinfo* list = nullptr;
  const int code = getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &list);
  if (code != 0) return failure(ErrorKind::unreachable, gai_strerror(code));
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

Result<std::vector<std::string>> resolve_name(const std::string& host,
                                              SocketInterrupter& interrupter,
                                              const Deadline& deadline) {
  auto found = os::resolve(host, deadline.remaining(), interrupter.stop());
  if (!found.addresses.empty()) return std::move(found.addresses);
  return failure(found.ended_early ? ErrorKind::timed_out : ErrorKind::unreachable,
                 fmt::format("cannot resolve the name: {}", found.error));
}

Result<os::FileDescriptor> connect_tcp(const std::string& host, std::uint16_t port,
                                       SocketInterrupter& interrupter, const Deadline& deadline) {
  const auto addresses = resolve_name(host, interrupter, deadline);
  if (!addresses) return tl::unexpected(addresses.error());

  auto left = static_cast<int>(addresses->size());
  Result<os::FileDescriptor> socket = failure(ErrorKind::unreachable, "the name has no address");
  for (const auto& each : *addresses) {
    const auto address = to_addrinfo(each, port);
    if (!address) return tl::unexpected(address.error());
    socket = connect_to(**address, interrupter, deadline.within(deadline.remaining() / left--));
    if (socket) break;
  }
  return socket;
}

}  // namespace net
