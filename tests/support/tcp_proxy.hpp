// A TCP proxy between a client and a server, which causes failures on request.
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "os/file_descriptor.hpp"

namespace support {

class TcpProxy final {
 public:
  /// Listens on a free port of `listen_on`, and forwards to 127.0.0.1.
  explicit TcpProxy(std::uint16_t target_port, const std::string& listen_on = "127.0.0.1");
  ~TcpProxy();
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// Forwards nothing any more, as if the host had disappeared: the connections stay open and
  /// silent.
  void freeze() { frozen_ = true; }
  void thaw() { frozen_ = false; }
  /// Closes all connections.
  void cut() { cut_ = true; }

  /// The number of connections accepted so far.
  [[nodiscard]] int connections() const { return connections_; }
  /// The number of bytes forwarded from clients so far.
  [[nodiscard]] std::uint64_t sent() const { return sent_; }
  /// The number of occurrences of these bytes in the last MiB forwarded from clients.
  [[nodiscard]] std::size_t count_sent(std::string_view bytes) const;

 private:
  struct Pair {
    os::FileDescriptor client;
    os::FileDescriptor server;
  };

  void run();
  void accept_one();
  /// @returns false if one side has closed its connection
  bool forward(const os::FileDescriptor& from, const os::FileDescriptor& to);

  const std::uint16_t target_port_;
  os::FileDescriptor listener_;
  std::uint16_t port_ = 0;
  std::list<Pair> pairs_;
  std::atomic<bool> frozen_ = false;
  std::atomic<bool> cut_ = false;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> connections_ = 0;
  std::atomic<std::uint64_t> sent_ = 0;
  mutable std::mutex mutex_;
  /// The last bytes forwarded from clients.
  std::string last_sent_;
  std::thread thread_;
};

}  // namespace support
