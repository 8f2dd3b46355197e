#include "support/http_server.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <cerrno>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <random>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "support/openssl_free.hpp"

namespace support {
namespace {

using TlsContext = std::unique_ptr<SSL_CTX, OpensslFree<SSL_CTX_free>>;
using TlsSession = std::unique_ptr<SSL, OpensslFree<SSL_free>>;

class Socket final {
 public:
  explicit Socket(int fd) : fd_(fd) {
    if (fd < 0) throw std::system_error(errno, std::generic_category(), "socket");
  }
  ~Socket() { close(fd_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  [[nodiscard]] int fd() const { return fd_; }
  void end() const { shutdown(fd_, SHUT_RDWR); }

 private:
  int fd_;
};

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

/// Binds to a free port, and returns the port.
std::uint16_t bind_to_free_port(const Socket& socket) {
  auto address = loopback(0);
  socklen_t length = sizeof address;
  auto* raw = reinterpret_cast<sockaddr*>(&address);
  if (bind(socket.fd(), raw, length) != 0 || getsockname(socket.fd(), raw, &length) != 0) {
    throw std::system_error(errno, std::generic_category(), "bind");
  }
  return ntohs(address.sin_port);
}

TlsContext tls_context(const TlsIdentity& identity) {
  TlsContext context(SSL_CTX_new(TLS_server_method()));
  const std::unique_ptr<BIO, OpensslFree<BIO_free>> certificate_pem(
      BIO_new_mem_buf(identity.certificate.data(), static_cast<int>(identity.certificate.size())));
  const std::unique_ptr<BIO, OpensslFree<BIO_free>> key_pem(
      BIO_new_mem_buf(identity.key.data(), static_cast<int>(identity.key.size())));
  const std::unique_ptr<X509, OpensslFree<X509_free>> certificate(
      PEM_read_bio_X509(certificate_pem.get(), nullptr, nullptr, nullptr));
  const std::unique_ptr<EVP_PKEY, OpensslFree<EVP_PKEY_free>> key(
      PEM_read_bio_PrivateKey(key_pem.get(), nullptr, nullptr, nullptr));
  if (SSL_CTX_use_certificate(context.get(), certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1) {
    throw std::runtime_error("unreadable TLS identity");
  }
  return context;
}

/// One accepted connection, with or without TLS.
class Connection final {
 public:
  Connection(int fd, SSL_CTX* tls)
      : socket_(fd), session_(tls != nullptr ? SSL_new(tls) : nullptr) {
    if (session_) SSL_set_fd(session_.get(), fd);
  }

  [[nodiscard]] bool handshake() { return !session_ || SSL_accept(session_.get()) == 1; }
  /// Appends the next bytes; returns false at the end.
  bool read_into(std::string& buffer) {
    char piece[16 * 1024];
    const auto got = session_ ? SSL_read(session_.get(), piece, sizeof piece)
                              : recv(socket_.fd(), piece, sizeof piece, 0);
    if (got <= 0) return false;
    buffer.append(piece, static_cast<std::size_t>(got));
    return true;
  }
  bool write(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent =
          session_ ? SSL_write(session_.get(), bytes.data(), static_cast<int>(bytes.size()))
                   : send(socket_.fd(), bytes.data(), bytes.size(), 0);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  /// Ends reads and writes in progress. May be called from any thread.
  void end() const { socket_.end(); }

 private:
  Socket socket_;
  TlsSession session_;
};

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

HttpRequest parse_head(std::string_view head) {
  HttpRequest request;
  while (!head.empty()) {
    const auto end = head.find("\r\n");
    const auto line = head.substr(0, end);
    head.remove_prefix(std::min(head.size(), end + 2));
    if (request.line.empty()) {
      request.line = line;
      continue;
    }
    const auto colon = line.find(':');
    auto value = line.substr(std::min(line.size(), colon + 1));
    while (value.starts_with(' ')) value.remove_prefix(1);
    request.headers.emplace_back(line.substr(0, colon), value);
  }
  return request;
}

/// Reads the next request from the connection. `buffer` keeps the bytes after it.
std::optional<HttpRequest> next_request(Connection& connection, std::string& buffer) {
  constexpr std::string_view blank_line = "\r\n\r\n";
  std::size_t end = 0;
  while ((end = buffer.find(blank_line)) == std::string::npos) {
    if (!connection.read_into(buffer)) return std::nullopt;
  }
  auto request = parse_head(std::string_view(buffer).substr(0, end + 2));
  buffer.erase(0, end + blank_line.size());
  const auto length = std::stoul(request.header("Content-Length").value_or("0"));
  while (buffer.size() < length) {
    if (!connection.read_into(buffer)) return std::nullopt;
  }
  request.body = buffer.substr(0, length);
  buffer.erase(0, length);
  return request;
}

std::string bytes_of(const HttpReply& reply) {
  if (reply.raw) return *reply.raw;
  auto bytes = fmt::format("HTTP/1.1 {} Scripted\r\nContent-Length: {}\r\n", reply.status,
                           reply.announced_length.value_or(reply.body.size()));
  for (const auto& [name, value] : reply.headers) bytes += fmt::format("{}: {}\r\n", name, value);
  return bytes + "\r\n" + reply.body;
}

}  // namespace

class HttpServer::Listener final {
 public:
  Listener(Script script, const std::optional<TlsIdentity>& identity)
      : script_(std::move(script)),
        tls_(identity ? tls_context(*identity) : nullptr),
        socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
        port_(bind_to_free_port(socket_)) {
    setenv("no_proxy", "127.0.0.1,localhost", 1);
    if (listen(socket_.fd(), SOMAXCONN) != 0) {
      throw std::system_error(errno, std::generic_category(), "listen");
    }
    acceptor_ = std::jthread([this] { accept_all(); });
  }

  ~Listener() {
    stopping_ = true;
    socket_.end();
    acceptor_.join();
    for (const auto& connection : connections_) connection->end();
    threads_.clear();
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  [[nodiscard]] bool secure() const { return tls_ != nullptr; }
  [[nodiscard]] std::uint16_t port() const { return port_; }

  [[nodiscard]] std::vector<HttpRequest> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

  [[nodiscard]] bool wait_for_requests(std::size_t count, std::chrono::milliseconds within) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, within, [&] { return requests_.size() >= count; });
  }

  [[nodiscard]] bool wait_for_ended_connections(std::size_t count,
                                                std::chrono::milliseconds within) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, within, [&] { return ended_ >= count; });
  }

 private:
  void accept_all() {
    while (!stopping_) {
      const int fd = accept4(socket_.fd(), nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) continue;
      auto& connection = *connections_.emplace_back(std::make_unique<Connection>(fd, tls_.get()));
      const auto number = static_cast<int>(connections_.size());
      threads_.emplace_back([this, &connection, number] { serve(connection, number); });
    }
  }

  void serve(Connection& connection, int number) {
    // A client that disconnects during a reply must not end the test.
    sigset_t pipe{};
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);

    std::string buffer;
    auto then = Then::keep_open;
    if (!connection.handshake()) then = Then::close;
    while (then == Then::keep_open) {
      auto request = next_request(connection, buffer);
      if (!request) break;
      request->connection = number;
      remember(*request);
      const auto reply = script_(*request);
      then = connection.write(bytes_of(reply)) ? reply.then : Then::close;
    }
    if (then == Then::hang) {
      while (connection.read_into(buffer)) buffer.clear();
    }
    connection.end();
    const std::lock_guard lock(mutex_);
    ++ended_;
    changed_.notify_all();
  }

  void remember(const HttpRequest& request) {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    changed_.notify_all();
  }

  const Script script_;
  const TlsContext tls_;
  const Socket socket_;
  const std::uint16_t port_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<HttpRequest> requests_;
  std::size_t ended_ = 0;
  std::atomic<bool> stopping_ = false;
  // Used only by the accepting thread until that is joined.
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<std::jthread> threads_;
  std::jthread acceptor_;
};

std::optional<std::string> HttpRequest::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (equal_ignoring_case(key, name)) return value;
  }
  return std::nullopt;
}

HttpServer::HttpServer(Script script, const std::optional<TlsIdentity>& identity)
    : listener_(std::make_unique<Listener>(std::move(script), identity)) {}

HttpServer::~HttpServer() = default;

std::string HttpServer::url(std::string_view path) const {
  return fmt::format("http{}://127.0.0.1:{}{}", listener_->secure() ? "s" : "", port(), path);
}

std::uint16_t HttpServer::port() const { return listener_->port(); }

std::vector<HttpRequest> HttpServer::requests() const { return listener_->requests(); }

bool HttpServer::wait_for_requests(std::size_t count, std::chrono::milliseconds within) const {
  return listener_->wait_for_requests(count, within);
}

bool HttpServer::wait_for_ended_connections(std::size_t count,
                                            std::chrono::milliseconds within) const {
  return listener_->wait_for_ended_connections(count, within);
}

HttpServer::Script in_order(std::vector<HttpReply> replies) {
  auto next = std::make_shared<std::atomic<std::size_t>>(0);
  return [replies = std::move(replies), next](const HttpRequest&) {
    return replies.at(std::min(next->fetch_add(1), replies.size() - 1));
  };
}

std::uint16_t unused_port() {
  std::random_device random;
  std::uniform_int_distribution<int> ports(20'000, 31'999);
  for (;;) {
    const auto port = static_cast<std::uint16_t>(ports(random));
    const Socket probe(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto address = loopback(port);
    if (bind(probe.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
      return port;
    }
    if (errno != EADDRINUSE) throw std::system_error(errno, std::generic_category(), "bind");
  }
}

}  // namespace support
