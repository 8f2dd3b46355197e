// A TCP server for any protocol, whose answers the test decides.
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
  /// Sends bytes. @returns false if the client has disconnected
  using Send = std::function<bool(std::string_view)>;
  /// Called whenever bytes were read. The server closes the connection if it returns false.
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
