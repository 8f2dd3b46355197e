#include "net/amqp/detail/connection.hpp"

#include <fmt/format.h>
#include <openssl/types.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <new>
#include <utility>

#include "net/amqp/detail/rabbitmq.hpp"
#include "net/amqp/detail/tls.hpp"
#include "net/deadline.hpp"
#include "net/detail/tcp_connect.hpp"
#include "net/detail/tls_identity.hpp"

namespace net {
namespace {

using Milliseconds = std::chrono::milliseconds;

/// A channel has at most one consumer.
constexpr const char* consumer_tag = "messages";
/// How often receive() is called per heartbeat interval; twice would be enough.
constexpr int pumps_per_heartbeat = 4;
constexpr std::uint8_t persistent = 2;

std::string_view to_view(amqp_bytes_t bytes) {
  return {static_cast<const char*>(bytes.bytes), bytes.len};
}

/// Text of the broker as one line for a message.
std::string to_line(amqp_bytes_t bytes) {
  std::string text(to_view(bytes));
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  return text;
}

/// The meaning of a close by the broker. Codes: AMQP 0-9-1, section 1.2 of the reference.
ErrorKind kind_of_close(int code) {
  switch (code) {
    case AMQP_ACCESS_REFUSED:
    case AMQP_NOT_ALLOWED:  // No such virtual host, or not for this user.
      return ErrorKind::access_refused;
    case AMQP_NOT_FOUND:
      return ErrorKind::unroutable;
    case AMQP_CONNECTION_FORCED:
    case AMQP_INTERNAL_ERROR:
    case AMQP_RESOURCE_ERROR:
    // Our data was changed on the way: this is not an error of the message.
    case AMQP_FRAME_ERROR:
    case AMQP_SYNTAX_ERROR:
    case AMQP_COMMAND_INVALID:
    case AMQP_CHANNEL_ERROR:
    case AMQP_UNEXPECTED_FRAME:
      return ErrorKind::disconnected;
    default:
      return ErrorKind::protocol;
  }
}

}  // namespace

void AmqpConnection::LibraryDeleter::operator()(amqp_connection_state_t_* state) const {
  amqp_destroy_connection(state);
}

void AmqpConnection::prepare_thread() {
  sigset_t broken_pipe;
  sigemptyset(&broken_pipe);
  sigaddset(&broken_pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
}

AmqpConnection::AmqpConnection(const AmqpConnectionOptions& options, std::size_t max_body,
                               SocketInterrupter& interrupter)
    : peer_(fmt::format("{}:{}", options.address.host, options.address.port)),
      max_body_(max_body),
      interrupter_(interrupter),
      reply_timeout_(options.connect_timeout),
      connect_by_(std::chrono::steady_clock::now() + options.connect_timeout),
      library_(amqp_new_connection()) {
  if (!library_) throw std::bad_alloc();
}

AmqpConnection::~AmqpConnection() {
  library_.reset();
  interrupter_.detach();
}

AmqpConnection::Received AmqpConnection::receive() {
  for (;;) {
    amqp_frame_t frame;
    const timeval none{};
    const int status = amqp_simple_wait_frame_noblock(library_.get(), &frame, &none);
    if (status == AMQP_STATUS_TIMEOUT) {
      if (time_to_start() > Milliseconds(0)) return std::nullopt;
      return tl::unexpected(library_error(status, "starting to consume"));
    }
    if (status != AMQP_STATUS_OK) return tl::unexpected(library_error(status, "receiving"));

    Received event = std::nullopt;
    if (frame.frame_type == AMQP_FRAME_METHOD) {
      event = on_method(frame.payload.method);
    } else if (frame.frame_type == AMQP_FRAME_HEADER) {
      event = on_content_size(frame.payload.properties.body_size);
    } else if (frame.frame_type == AMQP_FRAME_BODY) {
      event = on_content(to_view(frame.payload.body_fragment));
    }
    amqp_maybe_release_buffers(library_.get());
    if (!event || *event) return event;
  }
}

AmqpConnection::Received AmqpConnection::on_method(const amqp_method_t& method) {
  switch (method.id) {
    case AMQP_BASIC_DELIVER_METHOD: {
      const auto& deliver = *static_cast<amqp_basic_deliver_t*>(method.decoded);
      AmqpDelivered event;
      event.number = deliver.delivery_tag;
      event.redelivered = deliver.redelivered != 0;
      incoming_ = Incoming{std::move(event)};
      return std::nullopt;
    }
    case AMQP_BASIC_RETURN_METHOD: {
      const auto& returned = *static_cast<amqp_basic_return_t*>(method.decoded);
      incoming_ = Incoming{AmqpReturned{to_line(returned.reply_text), to_line(returned.exchange),
                                        to_line(returned.routing_key)}};
      return std::nullopt;
    }
    case AMQP_BASIC_ACK_METHOD: {
      const auto& ack = *static_cast<amqp_basic_ack_t*>(method.decoded);
      return AmqpConfirmed{ack.delivery_tag, ack.multiple != 0, true};
    }
    case AMQP_BASIC_NACK_METHOD: {
      const auto& nack = *static_cast<amqp_basic_nack_t*>(method.decoded);
      return AmqpConfirmed{nack.delivery_tag, nack.multiple != 0, false};
    }
    case AMQP_BASIC_CONSUME_OK_METHOD:
      starts_by_.reset();
      return AmqpConsuming{};
    case AMQP_BASIC_CANCEL_METHOD:
      return AmqpCancelled{};
    case AMQP_QUEUE_DECLARE_OK_METHOD:
      return AmqpQueueSize{static_cast<amqp_queue_declare_ok_t*>(method.decoded)->message_count};
    case AMQP_CONNECTION_BLOCKED_METHOD:
      return AmqpBlocked{to_line(static_cast<amqp_connection_blocked_t*>(method.decoded)->reason)};
    case AMQP_CONNECTION_UNBLOCKED_METHOD:
      return AmqpUnblocked{};
    case AMQP_CHANNEL_CLOSE_METHOD:
    case AMQP_CONNECTION_CLOSE_METHOD:
      return tl::unexpected(closed_by_broker(method));
    default:
      return std::nullopt;
  }
}

AmqpConnection::Received AmqpConnection::on_content_size(std::uint64_t size) {
  if (!incoming_) {
    return failure(ErrorKind::disconnected, fmt::format("{}: content without a method", peer_));
  }
  incoming_->missing = size;
  if (auto* delivered = std::get_if<AmqpDelivered>(&incoming_->event)) {
    delivered->size = size;
    delivered->too_large = size > max_body_;
    delivered->not_admitted =
        !delivered->too_large && admit_ && !admit_(size, delivered->redelivered);
    if (!delivered->too_large && !delivered->not_admitted) delivered->body.reserve(size);
  }
  if (size == 0) return finish_incoming();
  return std::nullopt;
}

AmqpConnection::Received AmqpConnection::on_content(std::string_view bytes) {
  if (!incoming_ || bytes.size() > incoming_->missing) {
    return failure(ErrorKind::disconnected, fmt::format("{}: more content than announced", peer_));
  }
  incoming_->missing -= bytes.size();
  if (auto* delivered = std::get_if<AmqpDelivered>(&incoming_->event);
      delivered != nullptr && !delivered->not_admitted) {
    if (delivered->too_large) {
      bytes = bytes.substr(0, AmqpDelivered::longest_beginning - delivered->body.size());
    }
    delivered->body.append(bytes);
  }
  if (incoming_->missing == 0) return finish_incoming();
  return std::nullopt;
}

AmqpEvent AmqpConnection::finish_incoming() {
  auto event = std::visit([](auto& each) { return AmqpEvent(std::move(each)); }, incoming_->event);
  incoming_.reset();
  return event;
}

Milliseconds AmqpConnection::pump_interval() const {
  const Milliseconds heartbeat = std::chrono::seconds(amqp_get_heartbeat(library_.get()));
  return std::min(heartbeat / pumps_per_heartbeat, time_to_start());
}

Milliseconds AmqpConnection::time_to_start() const {
  return starts_by_ ? time_until(*starts_by_) : Milliseconds::max();
}

int AmqpConnection::socket() const { return amqp_get_sockfd(library_.get()); }

Result<void> AmqpConnection::consume(const std::string& queue, std::uint16_t prefetch) {
  // Sent directly: the library's functions would wait for the replies, and keep every message that
  // arrives before them, whatever its size.
  amqp_basic_qos_t qos{};
  qos.prefetch_count = prefetch;
  amqp_basic_consume_t consume{};
  consume.queue = to_bytes(queue);
  consume.consumer_tag = amqp_cstring_bytes(consumer_tag);
  if (auto done = outcome(amqp_send_method(library_.get(), channel, AMQP_BASIC_QOS_METHOD, &qos),
                          "setting the prefetch");
      !done) {
    return done;
  }
  starts_by_ = std::chrono::steady_clock::now() + reply_timeout_;
  return outcome(amqp_send_method(library_.get(), channel, AMQP_BASIC_CONSUME_METHOD, &consume),
                 "consuming");
}

Result<void> AmqpConnection::cancel() {
  amqp_basic_cancel_t cancel{amqp_cstring_bytes(consumer_tag), 0};
  return outcome(amqp_send_method(library_.get(), channel, AMQP_BASIC_CANCEL_METHOD, &cancel),
                 "cancelling the consumer");
}

Result<void> AmqpConnection::ask_for_size(const std::string& queue) {
  // Sent directly: the library's function would wait for the reply, and process nothing else.
  amqp_queue_declare_t declare{};
  declare.queue = to_bytes(queue);
  declare.passive = 1;
  return outcome(amqp_send_method(library_.get(), channel, AMQP_QUEUE_DECLARE_METHOD, &declare),
                 "asking for the size of the queue");
}

Result<void> AmqpConnection::acknowledge(std::uint64_t number) {
  return outcome(amqp_basic_ack(library_.get(), channel, number, 0), "acknowledging");
}

Result<void> AmqpConnection::reject(std::uint64_t number) {
  return outcome(amqp_basic_reject(library_.get(), channel, number, 0), "rejecting");
}

Result<void> AmqpConnection::give_back(std::uint64_t number) {
  return outcome(amqp_basic_nack(library_.get(), channel, number, 0, 1), "returning a message");
}

Result<void> AmqpConnection::enable_confirms() {
  amqp_confirm_select(library_.get(), channel);
  return outcome(amqp_get_rpc_reply(library_.get()), "turning on publisher confirms");
}

Result<void> AmqpConnection::publish(std::string_view exchange, std::string_view routing_key,
                                     std::string_view body) {
  amqp_basic_properties_t properties{};
  properties._flags = AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_CONTENT_ENCODING_FLAG;
  properties.delivery_mode = persistent;
  properties.content_encoding = amqp_cstring_bytes("utf-8");
  return outcome(amqp_basic_publish(library_.get(), channel, to_bytes(exchange),
                                    to_bytes(routing_key), 1, 0, &properties, to_bytes(body)),
                 "publishing");
}

void AmqpConnection::close(Milliseconds limit) {
  // Not by amqp_connection_close(), which keeps every message that arrives before the reply.
  amqp_connection_close_t close{};
  close.reply_code = AMQP_REPLY_SUCCESS;
  auto* state = library_.get();
  const auto end = std::chrono::steady_clock::now() + limit;
  int status = amqp_send_method(state, 0, AMQP_CONNECTION_CLOSE_METHOD, &close);
  while (status == AMQP_STATUS_OK && std::chrono::steady_clock::now() < end) {
    amqp_frame_t frame;
    const timeval wait = to_timeval(time_until(end));
    status = amqp_simple_wait_frame_noblock(state, &frame, &wait);
    if (status == AMQP_STATUS_OK && frame.frame_type == AMQP_FRAME_METHOD &&
        (frame.payload.method.id == AMQP_CONNECTION_CLOSE_OK_METHOD ||
         frame.payload.method.id == AMQP_CONNECTION_CLOSE_METHOD)) {
      return;
    }
    amqp_maybe_release_buffers(state);
  }
}

Result<void> AmqpConnection::outcome(int status, std::string_view doing) const {
  if (status != AMQP_STATUS_OK) return tl::unexpected(library_error(status, doing));
  return {};
}

Result<void> AmqpConnection::outcome(const amqp_rpc_reply_t& reply, std::string_view doing) const {
  switch (reply.reply_type) {
    case AMQP_RESPONSE_NORMAL:
      return {};
    case AMQP_RESPONSE_SERVER_EXCEPTION:
      return tl::unexpected(closed_by_broker(reply.reply));
    default:
      return tl::unexpected(library_error(reply.library_error, doing));
  }
}

Error AmqpConnection::closed_by_broker(const amqp_method_t& method) const {
  if (method.id == AMQP_CONNECTION_CLOSE_METHOD) {
    const auto& close = *static_cast<amqp_connection_close_t*>(method.decoded);
    Error error{kind_of_close(close.reply_code),
                fmt::format("{}: the broker closed the connection: {} {}", peer_, close.reply_code,
                            to_line(close.reply_text))};
    amqp_connection_close_ok_t ok{};
    amqp_send_method(library_.get(), 0, AMQP_CONNECTION_CLOSE_OK_METHOD, &ok);
    return error;
  }
  const auto& close = *static_cast<amqp_channel_close_t*>(method.decoded);
  return {kind_of_close(close.reply_code),
          fmt::format("{}: the broker closed the channel: {} {}", peer_, close.reply_code,
                      to_line(close.reply_text))};
}

Error AmqpConnection::library_error(int status, std::string_view doing) const {
  auto error = [&](ErrorKind kind, std::string_view reason) {
    return Error{kind, fmt::format("{}: {} while {}", peer_, reason, doing)};
  };
  switch (status) {
    case AMQP_STATUS_TIMEOUT:
      return error(ErrorKind::timed_out, "no answer in time");
    case AMQP_STATUS_HEARTBEAT_TIMEOUT:
      return error(ErrorKind::disconnected, "no data for two heartbeats");
    case AMQP_STATUS_CONNECTION_CLOSED:
    case AMQP_STATUS_SOCKET_ERROR:
    case AMQP_STATUS_SOCKET_CLOSED:
      return error(ErrorKind::disconnected, "the connection broke");
    case AMQP_STATUS_SSL_ERROR: {
      const auto reason = last_tls_error();
      // A broker rejects our certificate with an alert; in TLS 1.3 only after the handshake.
      const bool alert = reason.find("alert") != std::string::npos;
      return error(alert ? ErrorKind::tls : ErrorKind::disconnected,
                   reason.empty() ? "the connection broke" : "TLS failed: " + reason);
    }
    default:
      // Invalid or incomplete AMQP does not come from the broker.
      return error(ErrorKind::disconnected, amqp_error_string2(status));
  }
}

std::string amqp_library() { return fmt::format("librabbitmq {}", amqp_version()); }

}  // namespace net
