// One AMQP 0-9-1 connection with one channel on it, for AmqpConsumer and AmqpPublisher. librabbitmq
// appears in connection.cpp only.
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

#include "net/amqp/broker.hpp"
#include "net/detail/socket_interrupter.hpp"
#include "net/error.hpp"

struct amqp_connection_state_t_;
struct amqp_method_t_;
struct amqp_rpc_reply_t_;

namespace net {

/// A message of the queue that we consume from.
struct AmqpDelivered {
  static constexpr std::size_t longest_beginning = std::size_t{64} * 1024;

  std::uint64_t number = 0;
  bool redelivered = false;
  /// In bytes, as announced.
  std::uint64_t size = 0;
  /// Only the beginning (`longest_beginning`) when it is too large; empty when the message was not
  /// let in.
  std::string body;
  bool too_large = false;
  bool turned_away = false;
};

/// The broker has taken what we published, or not.
struct AmqpConfirmed {
  std::uint64_t number = 0;
  /// Also everything before it.
  bool multiple = false;
  bool accepted = false;
};

/// A message that no queue wanted. Arrives before its AmqpConfirmed.
struct AmqpReturned {
  std::string reason;
  std::string exchange;
  std::string routing_key;
};

/// The broker has ended our consumer, mostly because the queue was deleted.
struct AmqpCancelled {};

/// What AmqpConnection::ask_for_size() asked for.
struct AmqpQueueSize {
  std::uint64_t messages = 0;
};

/// The broker reads nothing more from us, for this reason, until AmqpUnblocked.
struct AmqpBlocked {
  std::string reason;
};
struct AmqpUnblocked {};

using AmqpEvent = std::variant<AmqpDelivered, AmqpConfirmed, AmqpReturned, AmqpCancelled,
                               AmqpBlocked, AmqpUnblocked, AmqpQueueSize>;

/// To be used by one thread. Sending can wait for as long as the broker holds us back; only the
/// interrupter ends that sooner. After an Error the connection is of no further use.
///
/// Messages of errors begin with `host:port`.
class AmqpConnection final {
 public:
  /// To be called once by a thread that will own connections. Blocks SIGPIPE in it: the library
  /// asks for none, but a program that does not ignore the signal had better be sure.
  static void prepare_thread();

  /// Connects, logs in and opens the channel, within `options.connect_timeout`.
  ///
  /// The interrupter ends the wait; with TLS only once the handshake is done.
  /// @param max_body in bytes; of longer messages only the beginning is delivered.
  /// @param interrupter attached for as long as this lives; must outlive it.
  [[nodiscard]] static Result<std::unique_ptr<AmqpConnection>> open(
      const AmqpConnectionOptions& options, std::size_t max_body, SocketInterrupter& interrupter);

  /// Asked before a message's body is read, with its size; false delivers it without its body.
  void let_in_by(std::function<bool(std::size_t)> let_in) { let_in_ = std::move(let_in); }

  /// Drops the connection without a word.
  ~AmqpConnection();
  AmqpConnection(const AmqpConnection&) = delete;
  AmqpConnection& operator=(const AmqpConnection&) = delete;

  /// What has arrived, without waiting: nothing when that is not a whole event yet. Also sends
  /// heartbeats and notices a dead peer, so it must be called every pump_interval(). Call it until
  /// it returns nothing before waiting for socket(): data may be buffered above the socket.
  [[nodiscard]] Result<std::optional<AmqpEvent>> receive();
  [[nodiscard]] std::chrono::milliseconds pump_interval() const;
  /// To wait for only; -1 once the connection broke.
  [[nodiscard]] int socket() const;

  /// Starts deliveries, to be acknowledged one by one.
  [[nodiscard]] Result<void> consume(const std::string& queue, std::uint16_t prefetch);
  /// Asks for no more deliveries; some may still be on their way.
  [[nodiscard]] Result<void> cancel();
  /// Asks how many messages are in a queue and not delivered, without waiting: the answer is an
  /// event. A queue that does not exist ends the connection.
  [[nodiscard]] Result<void> ask_for_size(const std::string& queue);
  [[nodiscard]] Result<void> acknowledge(std::uint64_t number);
  /// Drops the message for good.
  [[nodiscard]] Result<void> reject(std::uint64_t number);
  /// Puts the message back into its queue. Not by basic.reject, which a quorum queue of
  /// RabbitMQ 4.3 counts as a failure: after twenty of them it drops the message
  /// (rabbitmq.com/docs/4.3/nack).
  [[nodiscard]] Result<void> give_back(std::uint64_t number);

  /// From now on the broker confirms each message; they are numbered from 1.
  [[nodiscard]] Result<void> confirm();
  /// Persistent, mandatory, content_encoding utf-8.
  [[nodiscard]] Result<void> publish(std::string_view exchange, std::string_view routing_key,
                                     std::string_view body);

  /// Tells the broker, and waits so long for its answer.
  void close(std::chrono::milliseconds limit);

 private:
  struct LibraryDeleter {
    void operator()(amqp_connection_state_t_* state) const;
  };
  /// A delivery or a return whose content is still arriving.
  struct Incoming {
    std::variant<AmqpDelivered, AmqpReturned> event;
    std::uint64_t missing = 0;
  };

  AmqpConnection(const AmqpConnectionOptions& options, std::size_t max_body,
                 SocketInterrupter& interrupter);

  Result<void> connect(const AmqpConnectionOptions& options);
  Result<void> connect_plain(const AmqpAddress& address);
  Result<void> connect_tls(const AmqpAddress& address);
  Result<void> log_in(const AmqpConnectionOptions& options);

  using Received = Result<std::optional<AmqpEvent>>;
  Received on_method(const amqp_method_t_& method);
  Received on_content_size(std::uint64_t size);
  Received on_content(std::string_view bytes);
  AmqpEvent finish_incoming();

  [[nodiscard]] std::chrono::milliseconds time_to_connect() const;
  [[nodiscard]] Error library_error(int status, std::string_view doing) const;
  [[nodiscard]] Error closed_by_broker(const amqp_method_t_& method) const;
  [[nodiscard]] Result<void> outcome(const amqp_rpc_reply_t_& reply, std::string_view doing) const;
  [[nodiscard]] Result<void> outcome(int status, std::string_view doing) const;

  /// `host:port`, with which every message begins.
  std::string peer_;
  std::size_t max_body_;
  std::function<bool(std::size_t)> let_in_;
  SocketInterrupter& interrupter_;
  std::chrono::steady_clock::time_point connect_by_;
  /// Why OpenSSL refused the broker's certificate. The library's socket points to it.
  std::string tls_refusal_;
  std::string consumer_tag_;
  std::optional<Incoming> incoming_;
  std::unique_ptr<amqp_connection_state_t_, LibraryDeleter> library_;
};

}  // namespace net
