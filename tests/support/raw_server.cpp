#include "support/raw_server.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace support {

RawServer::RawServer(Answer answer)
    : answer_(std::move(answer)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  constexpr int backlog = 16;
  if (::bind(listener_.get(), generic, size) != 0 || ::listen(listener_.get(), backlog) != 0 ||
      ::getsockname(listener_.get(), generic, &size) != 0) {
    throw std::runtime_error("the server cannot listen");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

RawServer::~RawServer() {
  stopping_ = true;
  ::shutdown(listener_.get(), SHUT_RDWR);
  thread_.join();
}

void RawServer::run() {
  while (!stopping_) {
    const os::FileDescriptor client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    std::array<char, 65536> buffer{};
    while (client.get() >= 0 && !stopping_) {
      const auto got = ::recv(client.get(), buffer.data(), buffer.size(), 0);
      if (got <= 0) break;
      const auto send = [&](std::string_view bytes) {
        while (!bytes.empty() && !stopping_) {
          const auto sent = ::send(client.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
          if (sent <= 0) return false;
          bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return !stopping_;
      };
      if (!answer_(send)) break;
    }
  }
}

}  // namespace support
