// Shared by the tests of the consumer.
#pragma once

#include <algorithm>
#include <mutex>
#include <string>
#include <vector>

#include "net/amqp/consumer.hpp"
#include "support/broker.hpp"
#include "support/log_lines.hpp"
#include "support/wait_until.hpp"

namespace net {

/// So late that a test which reaches it has failed.
inline Deadline soon() { return Deadline::after(std::chrono::seconds(20)); }

inline AmqpConnectionOptions connection_to(const AmqpAddress& address) {
  AmqpConnectionOptions options;
  options.address = address;
  options.name = "test";
  options.product = "kaspersky-enrichment tests";
  options.version = "0";
  return options;
}

inline AmqpConsumerOptions consuming(const support::Broker& broker, const std::string& queue) {
  AmqpConsumerOptions options;
  options.connection = connection_to(broker.address());
  options.queue = queue;
  return options;
}

/// A consumer that records the deliveries.
class Inbox final {
 public:
  explicit Inbox(AmqpConsumerOptions options)
      : consumer_(std::move(options), lines_.log(), [this](Delivery delivery) {
          const std::lock_guard lock(mutex_);
          deliveries_.push_back(std::move(delivery));
        }) {
    consumer_.start();
  }

  [[nodiscard]] AmqpConsumer& consumer() { return consumer_; }
  [[nodiscard]] const support::LogLines& log() const { return lines_; }

  [[nodiscard]] std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return deliveries_.size();
  }
  [[nodiscard]] Delivery at(std::size_t index) const {
    const std::lock_guard lock(mutex_);
    return deliveries_.at(index);
  }
  [[nodiscard]] bool holds(std::size_t count) const {
    return support::wait_until([&] { return size() >= count; });
  }
  [[nodiscard]] bool consuming() const {
    return support::wait_until([&] { return consumer_.connected(); });
  }

 private:
  support::LogLines lines_;
  mutable std::mutex mutex_;
  std::vector<Delivery> deliveries_;
  AmqpConsumer consumer_;
};

}  // namespace net
