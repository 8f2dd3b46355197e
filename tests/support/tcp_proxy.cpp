#include "support/tcp_proxy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <stdexcept>
#include <vector>

namespace support {
namespace {

constexpr int tick_ms = 5;

sockaddr_in address_of(const std::string& ip, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  inet_pton(AF_INET, ip.c_str(), &address.sin_addr);
  return address;
}

}  // namespace

TcpProxy::TcpProxy(std::uint16_t target_port, const std::string& listen_on)
    : target_port_(target_port), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  auto address = address_of(listen_on, 0);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  constexpr int backlog = 16;
  if (::bind(listener_.get(), generic, size) != 0 || ::listen(listener_.get(), backlog) != 0 ||
      ::getsockname(listener_.get(), generic, &size) != 0) {
    throw std::runtime_error("the proxy cannot listen");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

TcpProxy::~TcpProxy() {
  stopping_ = true;
  thread_.join();
}

void TcpProxy::run() {
  while (!stopping_) {
    if (cut_.exchange(false)) pairs_.clear();
    std::vector<pollfd> watched{{listener_.get(), POLLIN, 0}};
    for (const auto& pair : pairs_) {
      // A frozen proxy does not read from its connections.
      watched.push_back({frozen_ ? -1 : pair.client.get(), POLLIN, 0});
      watched.push_back({frozen_ ? -1 : pair.server.get(), POLLIN, 0});
    }
    ::poll(watched.data(), watched.size(), tick_ms);

    std::size_t at = 1;
    for (auto pair = pairs_.begin(); pair != pairs_.end(); at += 2) {
      const bool open = (watched[at].revents == 0 || forward(pair->client, pair->server)) &&
                        (watched[at + 1].revents == 0 || forward(pair->server, pair->client));
      pair = open ? std::next(pair) : pairs_.erase(pair);
    }
    if (watched[0].revents != 0) accept_one();
  }
}

void TcpProxy::accept_one() {
  Pair pair{os::FileDescriptor(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)),
            os::FileDescriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))};
  const auto target = address_of("127.0.0.1", target_port_);
  if (::connect(pair.server.get(), reinterpret_cast<const sockaddr*>(&target), sizeof target) !=
      0) {
    return;
  }
  ++connections_;
  pairs_.push_back(std::move(pair));
}

bool TcpProxy::forward(const os::FileDescriptor& from, const os::FileDescriptor& to) {
  std::array<char, 65536> buffer;
  const auto got = ::recv(from.get(), buffer.data(), buffer.size(), 0);
  if (got <= 0) return false;
  const auto size = static_cast<std::size_t>(got);
  std::size_t done = 0;
  while (done < size) {
    const auto put =
        ::send(to.get(), buffer.data() + done, size - done, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (put > 0) done += static_cast<std::size_t>(put);
    if (put < 0 && errno != EAGAIN) return false;
    if (put < 0 && (stopping_ || cut_)) return false;
    if (put < 0) {
      pollfd room{to.get(), POLLOUT, 0};
      ::poll(&room, 1, tick_ms);
    }
  }
  for (const auto& pair : pairs_) {
    if (&pair.client != &from) continue;
    sent_ += size;
    constexpr std::size_t most = 1024 * 1024;
    const std::lock_guard lock(mutex_);
    last_sent_.append(buffer.data(), size);
    if (last_sent_.size() > most) last_sent_.erase(0, last_sent_.size() - most);
  }
  return true;
}

std::size_t TcpProxy::count_sent(std::string_view bytes) const {
  const std::lock_guard lock(mutex_);
  std::size_t count = 0;
  for (auto at = last_sent_.find(bytes); at != std::string::npos;
       at = last_sent_.find(bytes, at + 1)) {
    ++count;
  }
  return count;
}

}  // namespace support
