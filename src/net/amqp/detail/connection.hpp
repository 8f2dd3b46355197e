// One AMQP 0-9-1 connection with one channel on it, for AmqpConsumer and AmqpPublisher. librabbitmq
// appears in connecting.cpp and connection.cpp only.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "net/amqp/broker.hpp"
#include "net/amqp/detail/tls.hpp"
#include "net/detail/socket_interrupter.hpp"
#include "net/error.hpp"

struct amqp_connection_state_t_;
struct amqp_method_t_;
struct amqp_rpc_reply_t_;
struct amqp_socket_t_;

namespace net {

/// Maximum wait for the broker's reply to a close.
inline constexpr std::chrono::milliseconds close_timeout{1'000};
/// After this time the destructor of consumer or publisher drops the connection.
inline constexpr std::chrono::milliseconds longest_shutdown{2'000};

/// A message of the consumed queue.
struct AmqpDelivered {
  static constexpr std::size_t longest_beginning = std::size_t{64} * 1024;

  std::uint64_t number = 0;
  bool redelivered = false;
  /// Announced size in bytes.
  std::uint64_t size = 0;
  /// Only the beginning (`longest_beginning`) if it is too large; empty if the message was not
  /// admitted.
  std::string body;
  bool too_large = false;
  bool not_admitted = false;
};

/// The broker has accepted or rejected published messages.
struct AmqpConfirmed {
  std::uint64_t number = 0;
  /// Also applies to all messages before it.
  bool multiple = false;
  bool accepted = false;
};

/// A message that was routed to no queue. Arrives before its AmqpConfirmed.
struct AmqpReturned {
  std::string reason;
  std::string exchange;
  std::string routing_key;
};

/// The broker has accepted AmqpConnection::consume(); messages follow.
struct AmqpConsuming {};

/// The broker has cancelled the consumer, usually because the queue was deleted.
struct AmqpCancelled {};

/// The reply to AmqpConnection::ask_for_size().
struct AmqpQueueSize {
  std::uint64_t messages = 0;
};

/// The broker stops reading, for this reason, until AmqpUnblocked.
struct AmqpBlocked {
  std::string reason;
};
struct AmqpUnblocked {};

using AmqpEvent = std::variant<AmqpDelivered, AmqpConfirmed, AmqpReturned, AmqpConsuming,
                               AmqpCancelled, AmqpBlocked, AmqpUnblocked, AmqpQueueSize>;

/// Used by one thread. Sending can wait as long as the broker does not read; only the interrupter
/// ends that sooner. After an Error the connection must not be used any more.
///
/// Messages of errors begin with `host:port`.
class AmqpConnection final {
 public:
  /// Call it once on a thread that will own connections. Blocks SIGPIPE on it: the library tries to
  /// avoid the signal, but cannot prevent it always.
  static void prepare_thread();

  /// Connects, logs in and opens the channel, within `options.connect_timeout`.
  ///
  /// The interrupter ends the wait; with TLS only after the handshake.
  /// @param max_body in bytes; of longer messages only the beginning is delivered
  /// @param interrupter attached during the lifetime of the connection; must outlive it
  [[nodiscard]] static Result<std::unique_ptr<AmqpConnection>> open(
      const AmqpConnectionOptions& options, std::size_t max_body, SocketInterrupter& interrupter);

  /// `admit` is called with the size of a message, and whether it is redelivered, before its body
  /// is read; if it returns false,
  /// the message is delivered without its body.
  void admit_by(std::function<bool(std::size_t, bool)> admit) { admit_ = std::move(admit); }

  /// Drops the connection without closing it properly.
  ~AmqpConnection();
  AmqpConnection(const AmqpConnection&) = delete;
  AmqpConnection& operator=(const AmqpConnection&) = delete;

  /// The next event, without waiting; nothing if no complete event has arrived. Also sends
  /// heartbeats and detects a dead peer, so it must be called every pump_interval(). Call it until
  /// it returns nothing before waiting for socket(): data may be buffered above the socket.
  [[nodiscard]] Result<std::optional<AmqpEvent>> receive();
  [[nodiscard]] std::chrono::milliseconds pump_interval() const;
  /// Only for waiting; -1 after the connection broke.
  [[nodiscard]] int socket() const;

  /// Starts deliveries, which must be acknowledged one by one, without waiting: AmqpConsuming
  /// comes before the first of them. If it does not come within `connect_timeout`, receive()
  /// returns an error, as it does if the queue does not exist. Not while another one is active.
  [[nodiscard]] Result<void> consume(const std::string& queue, std::uint16_t prefetch);
  /// Stops deliveries; some may still arrive.
  [[nodiscard]] Result<void> cancel();
  /// Requests the number of undelivered messages in a queue, without waiting: the reply is an
  /// event. If the queue does not exist, the broker ends the connection.
  [[nodiscard]] Result<void> ask_for_size(const std::string& queue);
  [[nodiscard]] Result<void> acknowledge(std::uint64_t number);
  /// Drops the message for good.
  [[nodiscard]] Result<void> reject(std::uint64_t number);
  /// Puts the message back into its queue. Not by basic.reject, which a quorum queue of
  /// RabbitMQ 4.3 counts as a failure: after twenty of them it drops the message
  /// (rabbitmq.com/docs/4.3/nack).
  [[nodiscard]] Result<void> give_back(std::uint64_t number);

  /// From now on the broker confirms each message; numbers begin at 1.
  [[nodiscard]] Result<void> enable_confirms();
  /// Persistent, mandatory, content_encoding utf-8.
  [[nodiscard]] Result<void> publish(std::string_view exchange, std::string_view routing_key,
                                     std::string_view body);

  /// Closes the connection properly, and waits maximum `limit` for the broker's reply. Messages
  /// that arrive before it are discarded: the broker delivers them again.
  void close(std::chrono::milliseconds limit);

 private:
  struct LibraryDeleter {
    void operator()(amqp_connection_state_t_* state) const;
  };
  /// A delivery or a return whose content is not complete yet.
  struct Incoming {
    std::variant<AmqpDelivered, AmqpReturned> event;
    std::uint64_t missing = 0;
  };

  AmqpConnection(const AmqpConnectionOptions& options, std::size_t max_body,
                 SocketInterrupter& interrupter);

  Result<void> connect(const AmqpConnectionOptions& options);
  Result<void> connect_plain(const AmqpAddress& address);
  Result<void> connect_tls(const AmqpAddress& address);
  /// Connects a socket of the library to the first address that answers. @returns its status
  [[nodiscard]] int open_first(amqp_socket_t_* socket, const std::vector<std::string>& addresses,
                               int port) const;
  Result<void> log_in(const AmqpConnectionOptions& options);

  using Received = Result<std::optional<AmqpEvent>>;
  Received on_method(const amqp_method_t_& method);
  Received on_content_size(std::uint64_t size);
  Received on_content(std::string_view bytes);
  AmqpEvent finish_incoming();

  [[nodiscard]] std::chrono::milliseconds time_to_connect() const;
  /// Until AmqpConsuming must have come; the maximum while nothing waits for it.
  [[nodiscard]] std::chrono::milliseconds time_to_start() const;
  [[nodiscard]] Error library_error(int status, std::string_view doing) const;
  [[nodiscard]] Error closed_by_broker(const amqp_method_t_& method) const;
  [[nodiscard]] Result<void> outcome(const amqp_rpc_reply_t_& reply, std::string_view doing) const;
  [[nodiscard]] Result<void> outcome(int status, std::string_view doing) const;

  /// `host:port`, the beginning of every error message.
  std::string peer_;
  std::size_t max_body_;
  std::function<bool(std::size_t, bool)> admit_;
  SocketInterrupter& interrupter_;
  std::chrono::milliseconds reply_timeout_;
  std::chrono::steady_clock::time_point connect_by_;
  std::optional<std::chrono::steady_clock::time_point> starts_by_;
  /// The library's socket has a pointer to it.
  TlsHandshake handshake_;
  std::optional<Incoming> incoming_;
  std::unique_ptr<amqp_connection_state_t_, LibraryDeleter> library_;
};

}  // namespace net
