// A small HTTP/1.1 server of the connector. Boost.Beast appears in server.cpp and
// detail/session.hpp only: it compiles slowly.
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

#include "net/deadline.hpp"
#include "telemetry/log.hpp"

namespace net {

/// Each of `certificate` and `key` is a file path or PEM text.
struct HttpServerTls {
  std::string certificate;
  std::string key;
  /// The passphrase of the key; may be empty.
  std::string passphrase;
};

/// Limits the resources of one client. Times are for a whole step, so that slow sending does not
/// extend them.
struct HttpServerLimits {
  /// Below the 1,024 files that a process may usually open. A further connection replaces the
  /// oldest one whose header is not complete yet, or whose reply was sent: real clients are quick
  /// at both.
  std::size_t connections = 256;
  /// Request line and fields together. A token has some hundred bytes; proxies add more fields.
  std::size_t header_bytes = std::size_t{16} * 1024;
  /// Enough for forms and probes; servers with larger requests set more.
  std::size_t body_bytes = std::size_t{64} * 1024;
  /// From the connection on, TLS included; a slow line needs a second or two.
  std::chrono::milliseconds header_time{10'000};
  /// 64 MiB in it are 9 Mbit/s.
  std::chrono::milliseconds body_time{60'000};
  std::chrono::milliseconds write_time{10'000};
  /// How long to read from a client that still sends a rejected body: if the connection were closed
  /// earlier, the client would lose the reply.
  std::chrono::milliseconds linger_time{2'000};
  /// Requests with a longer body are answered on a separate thread, one after the other, so that
  /// other requests do not wait.
  std::size_t aside_bytes = std::size_t{1024} * 1024;
  /// Time limit of a handler, during which no other request is served: its deadline; a warning is
  /// logged if it takes longer.
  std::chrono::milliseconds handler_time{1'000};
};

struct HttpServerOptions {
  /// An IP address; `0.0.0.0` and `::` mean all addresses.
  std::string address = "127.0.0.1";
  /// 0: any free port.
  std::uint16_t port = 0;
  /// If set, only TLS is accepted, 1.2 or newer.
  std::optional<HttpServerTls> tls = {};
  HttpServerLimits limits = {};
  /// Headers of every reply, also of rejections; a header of the reply itself overrides them.
  std::vector<std::pair<std::string, std::string>> headers = {};
};

struct HttpServerRequest {
  /// `GET`, `HEAD` or `POST`.
  std::string method;
  /// Not decoded; begins with a slash, without the query.
  std::string path;
  /// The part after the question mark.
  std::string query;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  /// The value of a header, named in any letter case; nothing if it is missing or occurs more than
  /// once.
  [[nodiscard]] std::optional<std::string> header(std::string_view name) const;
};

struct HttpServerReply {
  int status = 200;
  std::string content_type = "application/json";
  std::string body = {};
  /// Further headers. Names and values must not come from a client.
  std::vector<std::pair<std::string, std::string>> headers = {};
};

/// All are called on the server's thread, one request at a time, and must not wait long. Exception:
/// `answer` for bodies longer than HttpServerLimits::aside_bytes.
struct HttpServerHandler {
  /// Called before the body is read; a reply rejects the request. May be empty.
  std::function<std::optional<HttpServerReply>(const HttpServerRequest&)> screen = {};
  /// Called before the body is read, with its announced or maximum length, to lease memory. The
  /// result is kept until the request is answered; nullptr rejects the request with 503. May be
  /// empty.
  std::function<std::shared_ptr<void>(std::size_t)> admit = {};
  std::function<HttpServerReply(const HttpServerRequest&, const Deadline&)> answer;
  /// Replies instead of 413 to a request that the screen admitted and whose body is too large. The
  /// body is read to its end first; the request has its first 64 KiB. May be empty.
  std::function<HttpServerReply(const HttpServerRequest&)> too_large = {};
};

/// Serves one request per connection and then closes it: no state is left for a second request.
/// Owns one thread.
///
/// Rejects ambiguous or malformed requests before the handler sees them: other methods (405), both
/// Content-Length and Transfer-Encoding or a coding other than chunked (400), no Host or two (400),
/// a target that is not a path (400), a body with GET or HEAD (400), too large (431; 413, see
/// HttpServerHandler). Slow connections are closed without a reply. An exception of the handler is
/// a 500.
class HttpServer final {
 public:
  /// Listens when it returns.
  /// @throws std::runtime_error if it cannot listen there, or the certificate cannot be used; the
  /// message says what to do
  HttpServer(HttpServerOptions options, HttpServerHandler handler, telemetry::Log log);
  /// Closes all connections and joins, within the handler's time.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// The port on which it listens.
  [[nodiscard]] std::uint16_t port() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace net
