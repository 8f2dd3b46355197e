// A small HTTP/1.1 server for what others ask of the connector. Boost.Beast appears in
// http_server.cpp and http_session.hpp only: it compiles slowly.
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
  /// Of the key; may be empty.
  std::string passphrase;
};

/// What one client may take from the others. Times are for a whole step, so that sending a byte now
/// and then wins nothing.
struct HttpServerLimits {
  /// Below the 1,024 files that a process may usually open. When one more comes, the oldest that
  /// has not sent its header yet, or has got its reply, gives way: real clients are quick at both.
  std::size_t connections = 256;
  /// Request line and fields together. A token has some hundred bytes; proxies add theirs.
  std::size_t header_bytes = std::size_t{16} * 1024;
  /// Enough for forms and probes; whoever takes more says so.
  std::size_t body_bytes = std::size_t{64} * 1024;
  /// From the connection on, TLS included; a slow line needs a second or two.
  std::chrono::milliseconds header_time{10'000};
  /// 64 MiB in it are 9 Mbit/s.
  std::chrono::milliseconds body_time{60'000};
  std::chrono::milliseconds write_time{10'000};
  /// For a client that is still sending what nobody wants any more: closed under its hands, it
  /// would lose the reply.
  std::chrono::milliseconds linger_time{2'000};
  /// What has a longer body is answered on a thread of its own, one after the other, so that nobody
  /// waits for it.
  std::size_t aside_bytes = std::size_t{1024} * 1024;
  /// What a handler should stay below: nobody else is served meanwhile. Told to it as a deadline,
  /// and a warning when it takes longer.
  std::chrono::milliseconds handler_time{1'000};
};

struct HttpServerOptions {
  /// An IP address; `0.0.0.0` and `::` are all there are.
  std::string address = "127.0.0.1";
  /// 0: a free one.
  std::uint16_t port = 0;
  /// With it only TLS is spoken, 1.2 or newer.
  std::optional<HttpServerTls> tls = {};
  HttpServerLimits limits = {};
  /// Go with every reply, also with refusals; a reply that has one of them itself overrides it.
  std::vector<std::pair<std::string, std::string>> headers = {};
};

struct HttpServerRequest {
  /// `GET`, `HEAD` or `POST`.
  std::string method;
  /// As it came, not decoded: begins with a slash, has no query.
  std::string path;
  /// What stands behind the question mark.
  std::string query;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  /// The value of a header, named in any letter case; nothing when it comes not at all, or more
  /// than once.
  [[nodiscard]] std::optional<std::string> header(std::string_view name) const;
};

struct HttpServerReply {
  int status = 200;
  std::string content_type = "application/json";
  std::string body = {};
  /// Further headers. Names and values are the handler's own, never a client's.
  std::vector<std::pair<std::string, std::string>> headers = {};
};

/// All are called on the server's thread, one request at a time, and must not wait for long; but
/// for `answer` to what is longer than HttpServerLimits::aside_bytes.
struct HttpServerHandler {
  /// Sees a request before its body is read; a reply turns it away. May be empty.
  std::function<std::optional<HttpServerReply>(const HttpServerRequest&)> screen = {};
  /// Asked for the memory of a body, with its announced length or the most that it may have, before
  /// it is read. What it gives is kept until the request is answered; nothing turns the request
  /// away with 503. May be empty.
  std::function<std::shared_ptr<void>(std::size_t)> admit = {};
  std::function<HttpServerReply(const HttpServerRequest&, const Deadline&)> answer;
  /// Answers, in place of a 413, what the screen let in and whose body is too large. The body is
  /// read to its end first; the request has the first 64 KiB of it. May be empty.
  std::function<HttpServerReply(const HttpServerRequest&)> too_large = {};
};

/// Serves one request on each connection and then closes it: no state is left that a second one
/// could abuse. Owns one thread.
///
/// What is not clearly one well-formed request is refused before the handler sees it: other
/// methods (405), both Content-Length and Transfer-Encoding or a coding other than chunked (400),
/// no Host or two (400), a target that is no path (400), a body with GET or HEAD (400), too large
/// (431; 413, see HttpServerHandler). What is too slow is closed without a word. An exception of
/// the handler is a 500.
class HttpServer final {
 public:
  /// Listens when it returns.
  /// @throws std::runtime_error when it cannot listen there, or the certificate cannot be used; the
  /// message says what to do
  HttpServer(HttpServerOptions options, HttpServerHandler handler, telemetry::Log log);
  /// Closes all connections and joins, within the handler's time.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// Where it listens.
  [[nodiscard]] std::uint16_t port() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace net
