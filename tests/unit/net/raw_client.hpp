// A TCP client on the loopback interface that sends any bytes, also invalid requests.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "os/file_descriptor.hpp"

namespace net {

class RawClient final {
 public:
  explicit RawClient(std::uint16_t port)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ =
        ::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  }

  [[nodiscard]] bool connected() const { return connected_; }

  /// @returns false if the server closed the connection before it had read everything.
  bool send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  /// Receives until the server closes the connection, or until `limit` has passed.
  [[nodiscard]] std::string receive(
      std::chrono::milliseconds limit = std::chrono::seconds(10)) const {
    std::string all;
    std::array<char, 4096> piece{};
    const auto end = std::chrono::steady_clock::now() + limit;
    while (true) {
      const auto left =
          std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
      pollfd waiting{socket_.get(), POLLIN, 0};
      if (left.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) <= 0) return all;
      const auto got = ::recv(socket_.get(), piece.data(), piece.size(), 0);
      if (got <= 0) return all;
      all.append(piece.data(), static_cast<std::size_t>(got));
    }
  }

  /// Returns whether the server closes the connection within `limit`; ignores data before that.
  [[nodiscard]] bool closed_within(std::chrono::milliseconds limit) const {
    const auto begun = std::chrono::steady_clock::now();
    static_cast<void>(receive(limit));
    return std::chrono::steady_clock::now() - begun < limit;
  }

 private:
  os::FileDescriptor socket_;
  bool connected_ = false;
};

}  // namespace net
