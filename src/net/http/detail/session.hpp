// One connection of the HTTP server: reads a request, sends the reply, closes. Only for server.cpp,
// because Boost.Beast compiles slowly.
#pragma once

#include <fmt/format.h>

#include <array>
#include <functional>
#include <map>
#include <string_view>
#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "net/http/detail/side_thread.hpp"
#include "net/http/server.hpp"

namespace net::http_session {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using beast::error_code;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

/// Size of one read.
inline constexpr std::size_t piece = std::size_t{64} * 1024;
/// Kept beginning of a body that is too large.
inline constexpr std::size_t kept_of_too_large = std::size_t{64} * 1024;

inline HttpServerReply rejection(int status, std::string_view why) {
  return {.status = status, .body = fmt::format(R"({{"error":"{}"}})", why)};
}

/// A connection in the server's list.
class Connection {
 public:
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  virtual ~Connection() = default;
  virtual void start() = 0;
  virtual void close() = 0;
  /// Whether it may be closed for a new connection: its header is not complete yet, or its reply
  /// was sent.
  [[nodiscard]] bool gives_way() const { return gives_way_; }

 protected:
  bool gives_way_ = true;
};

/// State that all connections share. Outlives them.
struct ServerState {
  HttpServerLimits limits;
  /// Headers of every reply.
  std::vector<std::pair<std::string, std::string>> headers;
  HttpServerHandler handler;
  telemetry::Log log;
  std::stop_source stop;
  /// Ordered by age.
  std::map<std::uint64_t, std::weak_ptr<Connection>> connections;
  SideThread* aside = nullptr;
};

using Parser = http::request_parser<http::string_body>;

inline HttpServerRequest request_of(const Parser& parser) {
  const auto& message = parser.get();
  HttpServerRequest request;
  request.method = std::string(message.method_string());
  const std::string_view target(message.target().data(), message.target().size());
  const auto question = target.find('?');
  request.path = target.substr(0, question);
  if (question != std::string_view::npos) request.query = target.substr(question + 1);
  for (const auto& field : message) {
    request.headers.emplace_back(field.name_string(), field.value());
  }
  return request;
}

/// The rejection of a header that Beast accepted; nothing if it is valid.
inline std::optional<HttpServerReply> reject(const Parser& parser) {
  const auto& message = parser.get();
  const auto method = message.method();
  if (method != http::verb::get && method != http::verb::head && method != http::verb::post) {
    auto reply = rejection(405, "method not allowed");
    reply.headers.emplace_back("Allow", "GET, HEAD, POST");
    return reply;
  }
  if (message.version() != 10 && message.version() != 11) return rejection(505, "not HTTP/1.1");
  if (!message.target().starts_with('/')) return rejection(400, "the target is not a path");
  const auto hosts = message.count(http::field::host);
  if (hosts > 1 || (hosts == 0 && message.version() == 11)) return rejection(400, "not one Host");
  // Beast rejects both headers together. But with an unknown coding it assumes a request without
  // body, and reads the body as the next request.
  const bool coded = message.count(http::field::transfer_encoding) > 0;
  if (coded && !beast::iequals(message[http::field::transfer_encoding], "chunked")) {
    return rejection(400, "unknown Transfer-Encoding");
  }
  if (message.count(http::field::content_length) > 1) return rejection(400, "two Content-Lengths");
  const bool has_body = coded || parser.content_length().value_or(0) > 0;
  if (has_body && method != http::verb::post) return rejection(400, "a body without POST");
  const auto expects = message[http::field::expect];
  if (!expects.empty() && !beast::iequals(expects, "100-continue")) {
    return rejection(417, "unknown expectation");
  }
  return std::nullopt;
}

/// The reply to a request that could not be read; nothing if the client closed or is too slow.
inline std::optional<HttpServerReply> reject(error_code error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return rejection(431, "the header is too large");
  }
  if (error == http::error::end_of_stream || error == http::error::partial_message) return {};
  if (error.category() == http::make_error_code(http::error::bad_method).category()) {
    return rejection(400, "not a well-formed request");
  }
  return std::nullopt;
}

template <class Stream>
class Session final : public Connection, public std::enable_shared_from_this<Session<Stream>> {
 public:
  Session(Stream stream, ServerState& server, std::uint64_t number)
      : stream_(std::move(stream)),
        server_(server),
        number_(number),
        buffer_(server.limits.header_bytes + piece) {}
  ~Session() override { server_.connections.erase(number_); }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void start() override {
    lowest().expires_after(server_.limits.header_time);
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      stream_.async_handshake(asio::ssl::stream_base::server,
                              [self = this->shared_from_this()](error_code error) {
                                if (!error) self->read_header();
                              });
    } else {
      read_header();
    }
  }

  void close() override { lowest().close(); }

 private:
  beast::tcp_stream& lowest() { return beast::get_lowest_layer(stream_); }

  void read_header() {
    parser_.header_limit(static_cast<std::uint32_t>(server_.limits.header_bytes));
    // Beast would reject an announced large body before the screen sees the request.
    parser_.body_limit(boost::none);
    parser_.on_chunk_body(take_chunk_);
    http::async_read_header(stream_, buffer_, parser_,
                            [self = this->shared_from_this()](error_code error, std::size_t) {
                              self->on_header(error);
                            });
  }

  void on_header(error_code error) {
    gives_way_ = false;
    if (error) return reply_or_give_up(error);
    if (auto rejected = reject(parser_)) return write(*rejected);
    request_ = request_of(parser_);
    if (server_.handler.screen) {
      const auto turned_away = guarded([&] { return server_.handler.screen(request_); });
      if (!turned_away) return write(rejection(500, "internal error"));
      if (*turned_away) return write(**turned_away);
    }
    lowest().expires_after(server_.limits.body_time);
    if (parser_.content_length().value_or(0) > server_.limits.body_bytes) {
      cut_ = true;
      if (!server_.handler.too_large) return reply_too_large();
      return after_continue([](Session& self) { self.skip_body(); });
    }
    if (!admitted()) {
      turned_away_ = rejection(503, "not now, retry later");
      turned_away_->headers.emplace_back("Retry-After", "10");
      if (!parser_.get()[http::field::expect].empty()) return reply_too_large();
      return skip_body();
    }
    after_continue([](Session& self) { self.read_body(); });
  }

  /// Sends "100 Continue" to clients that wait for it, then calls `call`.
  template <class Call>
  void after_continue(Call call) {
    if (parser_.is_done() || parser_.get()[http::field::expect].empty()) return call(*this);
    static constexpr std::string_view proceed = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(stream_, asio::buffer(proceed),
                      [self = this->shared_from_this(), call](error_code failed, std::size_t) {
                        if (!failed) call(*self);
                      });
  }

  /// Whether there is memory for the body.
  bool admitted() {
    const bool has_body = !parser_.is_done();
    if (!server_.handler.admit || !has_body) return true;
    const auto length = parser_.content_length().value_or(server_.limits.body_bytes);
    const auto held = guarded([&] { return server_.handler.admit(length); });
    if (held) held_ = *held;
    return held_ != nullptr;
  }

  void read_body() {
    http::async_read(
        stream_, buffer_, parser_,
        [self = this->shared_from_this()](error_code error, std::size_t) { self->on_body(error); });
  }

  /// Takes a part of a chunked body, whose length is not known before.
  std::size_t take_chunk(std::string_view bytes, error_code& error) {
    received_ += bytes.size();
    if (received_ <= server_.limits.body_bytes) {
      // Growing by doubling would need twice the memory. Reserved but unused pages cost no memory.
      if (request_.body.empty()) request_.body.reserve(server_.limits.body_bytes);
      request_.body.append(bytes);
      return bytes.size();
    }
    if (!server_.handler.too_large) {
      error = http::error::body_limit;
      return 0;
    }
    if (!std::exchange(cut_, true) && request_.body.size() > kept_of_too_large) {
      request_.body = request_.body.substr(0, kept_of_too_large);
    }
    keep_beginning(bytes);
    return bytes.size();
  }

  void keep_beginning(std::string_view bytes) {
    request_.body.append(bytes.substr(0, kept_of_too_large - request_.body.size()));
  }

  /// Reads a body of a known length to its end, because a client reads no reply while it sends.
  void skip_body() {
    skip(std::string_view(static_cast<const char*>(buffer_.data().data()), buffer_.size()));
    buffer_.clear();
    skip_on();
  }

  void skip(std::string_view bytes) {
    received_ += bytes.size();
    if (cut_) keep_beginning(bytes);
  }

  void skip_on() {
    if (received_ >= parser_.content_length().value_or(0)) return reply_too_large();
    stream_.async_read_some(asio::buffer(discarded_),
                            [self = this->shared_from_this()](error_code error, std::size_t size) {
                              if (error) return self->give_up(error);
                              self->skip({self->discarded_.data(), size});
                              self->skip_on();
                            });
  }

  void reply_too_large() {
    held_.reset();
    if (turned_away_) return write(*turned_away_);
    if (!server_.handler.too_large) return write(rejection(413, "the body is too large"));
    answered(guarded([&] { return server_.handler.too_large(request_); }));
  }

  void on_body(error_code error) {
    if (error == http::error::body_limit) return reply_too_large();
    if (error) return reply_or_give_up(error);
    if (cut_) return reply_too_large();
    if (!parser_.chunked()) request_.body = std::move(parser_.get().body());
    if (request_.body.size() > server_.limits.aside_bytes) return answer_aside();
    const auto begun = Deadline::Clock::now();
    const auto deadline = Deadline::after(server_.limits.handler_time, server_.stop.get_token());
    const auto reply = guarded([&] { return server_.handler.answer(request_, deadline); });
    if (Deadline::Clock::now() - begun > server_.limits.handler_time) {
      server_.log.warning("An HTTP request took long to answer", {{"path", request_.path}});
    }
    answered(reply);
  }

  /// No other code uses the session meanwhile.
  void answer_aside() {
    server_.aside->run([self = this->shared_from_this()]() mutable {
      auto& session = *self;
      const auto deadline =
          Deadline::after(session.server_.limits.body_time, session.server_.stop.get_token());
      auto reply = session.guarded(
          [&] { return session.server_.handler.answer(session.request_, deadline); });
      const auto executor = session.lowest().get_executor();
      // The server's thread releases the session last.
      asio::post(executor,
                 [self = std::move(self), reply = std::move(reply)] { self->answered(reply); });
    });
  }

  void answered(const std::optional<HttpServerReply>& reply) {
    request_.body = {};
    held_.reset();
    write(reply ? *reply : rejection(500, "internal error"));
  }

  /// @returns the result of `call`, or nothing if it threw
  template <class Call>
  auto guarded(Call call) -> std::optional<decltype(call())> {
    try {
      return call();
    } catch (const std::exception& bug) {
      server_.log.error("An HTTP request could not be answered",
                        {{"path", request_.path}, {"reason", bug.what()}});
      return std::nullopt;
    }
  }

  void reply_or_give_up(error_code error) {
    if (const auto reply = reject(error)) return write(*reply);
    give_up(error);
  }

  void give_up(error_code error) {
    if (error == beast::error::timeout) server_.log.debug("An HTTP client is too slow, closing");
    close();
  }

  void write(const HttpServerReply& reply) {
    server_.log.debug(
        "HTTP request",
        {{"method", request_.method}, {"path", request_.path}, {"status", reply.status}});
    response_.version(11);
    response_.result(static_cast<unsigned>(reply.status));
    for (const auto& [name, value] : server_.headers) response_.set(name, value);
    for (const auto& [name, value] : reply.headers) response_.set(name, value);
    response_.set(http::field::content_type, reply.content_type);
    response_.set(http::field::cache_control, "no-store");
    response_.keep_alive(false);
    response_.content_length(reply.body.size());
    if (request_.method != "HEAD") response_.body() = reply.body;
    lowest().expires_after(server_.limits.write_time);
    http::async_write(stream_, response_,
                      [self = this->shared_from_this()](error_code error, std::size_t) {
                        if (!error) return self->shut_down();
                        self->give_up(error);
                      });
  }

  /// Shuts down the sending side, and waits until the client has closed too.
  void shut_down() {
    gives_way_ = true;
    lowest().expires_after(server_.limits.linger_time);
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      stream_.async_shutdown([self = this->shared_from_this()](error_code) { self->linger(); });
    } else {
      linger();
    }
  }

  void linger() {
    error_code ignored;
    lowest().socket().shutdown(tcp::socket::shutdown_send, ignored);
    if (!ignored) discard();
  }

  void discard() {
    lowest().async_read_some(asio::buffer(discarded_),
                             [self = this->shared_from_this()](error_code error, std::size_t) {
                               if (!error) self->discard();
                             });
  }

  Stream stream_;
  ServerState& server_;
  std::uint64_t number_;
  beast::flat_buffer buffer_;
  Parser parser_;
  HttpServerRequest request_;
  http::response<http::string_body> response_;
  std::array<char, 4096> discarded_{};
  /// Called by `parser_`, which keeps a reference to it.
  std::function<std::size_t(std::uint64_t, beast::string_view, error_code&)> take_chunk_ =
      [this](std::uint64_t /*left*/, beast::string_view bytes, error_code& error) {
        return take_chunk({bytes.data(), bytes.size()}, error);
      };
  /// Received bytes of a body that is chunked or skipped.
  std::uint64_t received_ = 0;
  /// The body is too large: `request_` has only its beginning.
  bool cut_ = false;
  std::optional<HttpServerReply> turned_away_;
  /// The memory leased for the body.
  std::shared_ptr<void> held_;
};

}  // namespace net::http_session
