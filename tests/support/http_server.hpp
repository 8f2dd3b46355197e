// An HTTP/1.1 server on the loopback interface, for tests of clients. It sends scripted responses,
// valid or not, and records requests.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/tls_identity.hpp"

namespace support {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  /// The unchanged request line: `GET /path?query HTTP/1.1`.
  std::string line;
  Headers headers;
  std::string body;
  /// The number of the connection, from 1.
  int connection = 0;

  /// The first value of a header, named in any letter case.
  [[nodiscard]] std::optional<std::string> header(std::string_view name) const;
};

/// What the server does after the reply.
enum class Then { keep_open, close, hang };

struct HttpReply {
  int status = 200;
  Headers headers = {};
  std::string body = {};
  /// The value of Content-Length; if not set, the size of the body.
  std::optional<std::size_t> announced_length = {};
  Then then = Then::keep_open;
  /// Sent instead of all members above; an empty text sends nothing.
  std::optional<std::string> raw = {};
};

class HttpServer final {
 public:
  /// Called once for each request, from the thread of its connection: several may run at once.
  using Script = std::function<HttpReply(const HttpRequest&)>;

  /// Listens on a free port of 127.0.0.1, with TLS if an identity is given. Sets `no_proxy`, so
  /// that the server is reached directly, whatever proxies the environment names.
  /// @throws std::system_error if the socket cannot be created
  explicit HttpServer(Script script, const std::optional<TlsIdentity>& identity = std::nullopt);
  /// Closes every connection and waits for its thread.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// `http://127.0.0.1:<port>` and the path.
  [[nodiscard]] std::string url(std::string_view path = "") const;
  [[nodiscard]] std::uint16_t port() const;

  /// All requests so far, in the order in which they were read.
  [[nodiscard]] std::vector<HttpRequest> requests() const;
  /// @returns false if fewer than `count` requests came in time
  [[nodiscard]] bool wait_for_requests(
      std::size_t count, std::chrono::milliseconds within = std::chrono::seconds(10)) const;
  /// The server has ended that many connections, and a client sees it.
  /// @returns false if fewer ended in time
  [[nodiscard]] bool wait_for_ended_connections(
      std::size_t count, std::chrono::milliseconds within = std::chrono::seconds(10)) const;

 private:
  class Listener;
  std::unique_ptr<Listener> listener_;
};

/// A script that returns these replies in order, and repeats the last one.
[[nodiscard]] HttpServer::Script in_order(std::vector<HttpReply> replies);

/// A port of 127.0.0.1 on which no process listens, below the range from which the system assigns
/// ports, so that no connection takes it either.
[[nodiscard]] std::uint16_t unused_port();

}  // namespace support
