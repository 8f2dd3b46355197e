#include "net/http/server.hpp"

#include <fmt/format.h>

#include <map>
#include <stdexcept>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "net/detail/tls_identity.hpp"
#include "net/http/detail/session.hpp"
#include "os/thread.hpp"
#include "telemetry/thread_failure.hpp"

namespace net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using beast::error_code;
using http_session::Connection;
using http_session::ServerState;
using http_session::Session;
using http_session::TlsStream;

/// Pause before the next accept if the process has no free file descriptor.
constexpr std::chrono::milliseconds accept_pause{100};

std::runtime_error cannot_listen(const HttpServerOptions& options, std::string_view why) {
  return std::runtime_error(
      fmt::format("cannot listen on {} port {} ({}): name an address of this machine and a port "
                  "that is free",
                  options.address, options.port, why));
}

}  // namespace

class HttpServer::Impl final {
 public:
  Impl(HttpServerOptions options, HttpServerHandler handler, telemetry::Log log)
      : server_{.limits = options.limits,
                .headers = std::move(options.headers),
                .handler = std::move(handler),
                .log = std::move(log),
                .stop = {},
                .connections = {},
                .aside = &aside_},
        io_(1),
        acceptor_(io_),
        retry_(io_) {
    if (options.tls) set_up(*options.tls);
    listen(options);
    accept();
    // An exception of a handler ends only its connection.
    thread_ = os::Thread({.name = "http",
                          .failed = telemetry::report_to(server_.log, "serving HTTP"),
                          .again_after = std::chrono::milliseconds(10)},
                         [this](const auto&) { io_.run(); });
  }

  ~Impl() {
    server_.stop.request_stop();
    asio::post(io_, [this] {
      error_code ignored;
      acceptor_.close(ignored);
      retry_.cancel();
      for (const auto& [number, held] : std::map(server_.connections)) {
        if (const auto connection = held.lock()) connection->close();
      }
    });
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  void set_up(const HttpServerTls& tls) {
    tls_.emplace(asio::ssl::context::tls_server);
    SSL_CTX_set_min_proto_version(tls_->native_handle(), TLS1_2_VERSION);
    SSL_CTX_set_options(tls_->native_handle(), SSL_OP_NO_RENEGOTIATION);
    const auto done =
        present_identity(tls_->native_handle(), tls.certificate, tls.key, tls.passphrase);
    if (!done) throw std::runtime_error(done.error().message);
  }

  void listen(const HttpServerOptions& options) {
    error_code error;
    const auto address = asio::ip::make_address(options.address, error);
    if (error) throw cannot_listen(options, "not an IP address");
    const tcp::endpoint endpoint(address, options.port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (!error) port_ = acceptor_.local_endpoint(error).port();
    if (error) throw cannot_listen(options, error.message());
  }

  void accept() {
    acceptor_.async_accept([this](error_code error, tcp::socket socket) {
      if (!acceptor_.is_open()) return;
      if (!error) {
        take(std::move(socket));
        return accept();
      }
      retry_.expires_after(accept_pause);
      retry_.async_wait([this](error_code stopped) {
        if (!stopped) accept();
      });
    });
  }

  void take(tcp::socket socket) {
    if (server_.connections.size() >= server_.limits.connections && !make_room()) return;
    const auto number = next_++;
    beast::tcp_stream stream(std::move(socket));
    std::shared_ptr<Connection> connection;
    if (tls_) {
      connection = std::make_shared<Session<TlsStream>>(TlsStream(std::move(stream), *tls_),
                                                        server_, number);
    } else {
      connection = std::make_shared<Session<beast::tcp_stream>>(std::move(stream), server_, number);
    }
    server_.connections.emplace(number, connection);
    connection->start();
  }

  /// Closes the oldest connection that gives way. @returns false if there is none
  bool make_room() {
    for (auto at = server_.connections.begin(); at != server_.connections.end(); ++at) {
      const auto connection = at->second.lock();
      if (!connection || !connection->gives_way()) continue;
      server_.connections.erase(at);
      connection->close();
      return true;
    }
    return false;
  }

  // In this order: connections end with `io_`, and use the members above it.
  ServerState server_;
  std::optional<asio::ssl::context> tls_;
  asio::io_context io_;
  tcp::acceptor acceptor_;
  asio::steady_timer retry_;
  std::uint16_t port_ = 0;
  std::uint64_t next_ = 0;
  /// Its tasks hold sessions, and post to `io_` when they are done.
  SideThread aside_;
  os::Thread thread_;
};

std::optional<std::string> HttpServerRequest::header(std::string_view name) const {
  std::optional<std::string> found;
  for (const auto& [each, value] : headers) {
    if (!beast::iequals(each, beast::string_view(name.data(), name.size()))) continue;
    if (found) return std::nullopt;
    found = value;
  }
  return found;
}

HttpServer::HttpServer(HttpServerOptions options, HttpServerHandler handler, telemetry::Log log)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(handler), std::move(log))) {}

HttpServer::~HttpServer() = default;

std::uint16_t HttpServer::port() const { return impl_->port(); }

}  // namespace net
