// A RabbitMQ that simulators/rabbitmq/private-rabbitmq has started, and a simple client for it.
// With this client, tests declare, publish and read without the code under test.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/amqp/broker.hpp"

struct amqp_connection_state_t_;

namespace support {

/// Throws an exception if something fails, because a test cannot continue without its broker.
class Broker final {
 public:
  /// The broker whose folder the environment variable BROKER_DIR names.
  Broker();

  [[nodiscard]] net::AmqpAddress address() const;
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::uint16_t tls_port() const { return tls_port_; }
  /// The path of a file in DIR/tls.
  [[nodiscard]] std::string tls_file(const std::string& name) const;

  /// Blocks publishers until the alarm ends.
  void raise_alarm() const { run("alarm", "on"); }
  void clear_alarm() const { run("alarm", "off"); }
  void stop() const { run("stop", ""); }
  void start_again() const { run("start", ""); }
  /// The broker then rejects larger messages.
  void start_again_with_limit(std::size_t bytes) const;

 private:
  void run(const std::string& command, const std::string& argument,
           const std::string& environment = "") const;

  std::string folder_;
  std::uint16_t port_ = 0;
  std::uint16_t tls_port_ = 0;
};

/// A message from a queue.
struct TakenMessage {
  std::string body;
  int delivery_mode = 0;
  std::string content_encoding;
  /// Whether the message has properties other than these two.
  bool other_properties = false;
};

/// A durable queue with a unique name, deleted at the end.
class Queue final {
 public:
  /// @param longest maximum length, beyond which messages are rejected (basic.nack); 0: no limit
  explicit Queue(const Broker& broker, int longest = 0);
  ~Queue();
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }
  /// Opens a new connection, after the broker was restarted.
  void reconnect() { connection_.reset(); }
  /// Declares the queue again, after remove().
  void declare();
  void remove();
  void put(std::string_view body);
  /// Takes and acknowledges the next message; nothing if the queue is empty.
  [[nodiscard]] std::optional<TakenMessage> take();
  /// The number of messages that wait, without those that are delivered but not acknowledged.
  [[nodiscard]] int waiting();
  [[nodiscard]] int consumers();

 private:
  struct Deleter {
    void operator()(amqp_connection_state_t_* state) const;
  };

  void connect();

  Broker broker_;
  int longest_;
  std::string name_;
  std::unique_ptr<amqp_connection_state_t_, Deleter> connection_;
};

}  // namespace support
