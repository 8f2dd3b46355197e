// A TCP server of any protocol, which answers what a test wants.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string_view>
#include <thread>

#include "os/file_descriptor.hpp"

namespace support {

/// Serves one connection at a time.
class RawServer final {
 public:
  /// @returns false once the client has gone
  using Send = std::function<bool(std::string_view)>;
  /// Called each time that something was read; the connection is closed where it returns false.
  using Answer = std::function<bool(const Send&)>;

  /// Listens on a free port of 127.0.0.1.
  explicit RawServer(Answer answer);
  ~RawServer();
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  void run();

  Answer answer_;
  os::FileDescriptor listener_;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace support
