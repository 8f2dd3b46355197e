// How a connection to the broker begins: its socket, TLS, and the login.
#include <fmt/format.h>
#include <openssl/types.h>

#include <algorithm>
#include <array>
#include <new>
#include <utility>

#include "net/amqp/detail/connection.hpp"
#include "net/amqp/detail/rabbitmq.hpp"
#include "net/amqp/detail/tls.hpp"
#include "net/deadline.hpp"
#include "net/detail/tcp_connect.hpp"
#include "net/detail/tls_identity.hpp"

namespace net {
namespace {

using Milliseconds = std::chrono::milliseconds;

constexpr int frame_max = AMQP_DEFAULT_FRAME_SIZE;

amqp_table_entry_t text_entry(const char* key, std::string_view text) {
  amqp_table_entry_t entry{};
  entry.key = amqp_cstring_bytes(key);
  entry.value.kind = AMQP_FIELD_KIND_UTF8;
  entry.value.value.bytes = to_bytes(text);
  return entry;
}

amqp_table_entry_t true_entry(const char* key) {
  amqp_table_entry_t entry{};
  entry.key = amqp_cstring_bytes(key);
  entry.value.kind = AMQP_FIELD_KIND_BOOLEAN;
  entry.value.value.boolean = 1;
  return entry;
}

bool is_tls_failure(int status) {
  return status == AMQP_STATUS_SSL_CONNECTION_FAILED ||
         status == AMQP_STATUS_SSL_PEER_VERIFY_FAILED;
}

}  // namespace

Result<std::unique_ptr<AmqpConnection>> AmqpConnection::open(const AmqpConnectionOptions& options,
                                                             std::size_t max_body,
                                                             SocketInterrupter& interrupter) {
  std::unique_ptr<AmqpConnection> connection(new AmqpConnection(options, max_body, interrupter));
  if (auto done = connection->connect(options); !done) return tl::unexpected(done.error());
  if (auto done = connection->log_in(options); !done) {
    connection->close(Milliseconds(0));
    return tl::unexpected(done.error());
  }
  return connection;
}

Milliseconds AmqpConnection::time_to_connect() const {
  return std::max(time_until(connect_by_), Milliseconds(1));
}

Result<void> AmqpConnection::connect(const AmqpConnectionOptions& options) {
  return options.address.tls ? connect_tls(options.address) : connect_plain(options.address);
}

Result<void> AmqpConnection::connect_plain(const AmqpAddress& address) {
  auto socket =
      connect_tcp(address.host, address.port, interrupter_, Deadline::after(time_to_connect()));
  if (!socket) {
    return failure(socket.error().kind, fmt::format("{}: {}", peer_, socket.error().message));
  }
  amqp_socket_t* plain = amqp_tcp_socket_new(library_.get());
  if (plain == nullptr) throw std::bad_alloc();
  amqp_tcp_socket_set_sockfd(plain, socket->release());
  return {};
}

Result<void> AmqpConnection::connect_tls(const AmqpAddress& address) {
  amqp_socket_t* secure = amqp_ssl_socket_new(library_.get());
  if (secure == nullptr) throw std::bad_alloc();
  // The library's check of the host supports only DNS names; ours is done in the handshake.
  amqp_ssl_socket_set_verify_hostname(secure, 0);
  amqp_ssl_socket_set_verify_peer(secure, address.tls->verify_peer ? 1 : 0);
  auto* context = static_cast<SSL_CTX*>(amqp_ssl_socket_get_context(secure));
  handshake_ = {.host = address.host};
  if (auto done = set_up_tls(context, *address.tls, handshake_); !done) return done;

  // The library would resolve the name without a limit.
  const auto known = resolve_name(address.host, interrupter_, Deadline::after(time_to_connect()));
  if (!known) {
    return failure(known.error().kind, fmt::format("{}: {}", peer_, known.error().message));
  }
  const int status = open_first(secure, *known, address.port);
  if (status == AMQP_STATUS_OK) {
    interrupter_.attach(amqp_get_sockfd(library_.get()));
    return {};
  }
  if (handshake_.rejected != nullptr) {
    return failure(ErrorKind::tls, fmt::format("{}: the broker's certificate is rejected: {}",
                                               peer_, handshake_.rejected));
  }
  if (is_tls_failure(status)) {
    const auto reason = last_tls_error();
    return failure(ErrorKind::tls,
                   fmt::format("{}: the TLS handshake failed: {}", peer_,
                               reason.empty() ? "the broker closed the connection" : reason));
  }
  // The library does not report why it could not connect: our own attempt does.
  const auto retry =
      connect_tcp(address.host, address.port, interrupter_, Deadline::after(time_to_connect()));
  if (!retry) {
    return failure(retry.error().kind, fmt::format("{}: {}", peer_, retry.error().message));
  }
  return tl::unexpected(library_error(status, "connecting"));
}

int AmqpConnection::open_first(amqp_socket_t* socket, const std::vector<std::string>& addresses,
                               int port) const {
  auto left = static_cast<int>(addresses.size());
  int status = AMQP_STATUS_SOCKET_ERROR;
  for (const auto& each : addresses) {
    const timeval limit = to_timeval(std::max(time_to_connect() / left--, Milliseconds(1)));
    status = amqp_socket_open_noblock(socket, each.c_str(), port, &limit);
    const bool ends = status == AMQP_STATUS_OK || is_tls_failure(status);
    if (ends || interrupter_.stop().stop_requested()) break;
  }
  return status;
}

Result<void> AmqpConnection::log_in(const AmqpConnectionOptions& options) {
  auto* state = library_.get();
  const timeval limit = to_timeval(time_to_connect());
  amqp_set_handshake_timeout(state, &limit);
  amqp_set_rpc_timeout(state, &limit);

  std::array capabilities{true_entry("publisher_confirms"), true_entry("basic.nack"),
                          true_entry("consumer_cancel_notify"), true_entry("connection.blocked"),
                          true_entry("authentication_failure_close")};
  amqp_table_entry_t capability_table{};
  capability_table.key = amqp_cstring_bytes("capabilities");
  capability_table.value.kind = AMQP_FIELD_KIND_TABLE;
  capability_table.value.value.table = {static_cast<int>(capabilities.size()), capabilities.data()};
  std::array entries{text_entry("connection_name", options.name),
                     text_entry("product", options.product), text_entry("version", options.version),
                     capability_table};
  const amqp_table_t properties{static_cast<int>(entries.size()), entries.data()};

  const auto& address = options.address;
  const int heartbeat = static_cast<int>(std::max<std::int64_t>(1, options.heartbeat.count()));
  auto done = outcome(amqp_login_with_properties(state, address.vhost.c_str(), 0, frame_max,
                                                 heartbeat, &properties, AMQP_SASL_METHOD_PLAIN,
                                                 address.user.c_str(), address.password.c_str()),
                      "logging in");
  if (!done && done.error().kind == ErrorKind::disconnected) {
    // In TLS 1.3 the broker checks our certificate after the handshake, and its reason is lost if
    // it closes the connection immediately.
    return failure(
        address.tls ? ErrorKind::tls : ErrorKind::disconnected,
        fmt::format("{}; {}", done.error().message,
                    address.tls ? "the broker may reject the client certificate, or require one"
                                : "the port may be for TLS"));
  }
  if (!done) return done;
  amqp_channel_open(state, channel);
  return outcome(amqp_get_rpc_reply(state), "opening a channel");
}

}  // namespace net
