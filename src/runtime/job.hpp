// A message in progress, and how it is settled with its origin.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "net/amqp/consumer.hpp"
#include "opencti/in/message.hpp"
#include "telemetry/log.hpp"

namespace runtime {

/// The same time on the steady clock, maximum one day from now, in case the system clock is wrong.
[[nodiscard]] inline std::chrono::steady_clock::time_point steady_time_of(
    std::chrono::system_clock::time_point time) {
  using namespace std::chrono;
  const auto left =
      std::clamp<system_clock::duration>(time - system_clock::now(), seconds(1), hours(24));
  return steady_clock::now() + ceil<milliseconds>(left);
}

/// The interface to the origin of messages. Implementations are thread-safe and do not wait.
class Settler {
 public:
  virtual ~Settler() = default;
  /// The message is done.
  virtual void acknowledge(net::DeliveryTag tag) = 0;
  /// The message can never be processed.
  virtual void reject(net::DeliveryTag tag) = 0;
  /// The message must be delivered again, to this consumer or another one.
  virtual void give_back(net::DeliveryTag tag) = 0;
  /// Holds back automatic messages until then; other messages are delivered.
  virtual void hold_back(std::chrono::system_clock::time_point until) = 0;
  /// For an automatic message that was delivered anyway: it is delivered again after that time, or
  /// occasionally before, without blocking other messages.
  virtual void defer(net::DeliveryTag tag) = 0;
  /// The message is delivered again after about 15 minutes, without blocking other messages.
  virtual void postpone(net::DeliveryTag tag) = 0;
  /// The state of the message. A `gone` message is finished, but not settled.
  [[nodiscard]] virtual net::DeliveryState delivery_state(net::DeliveryTag tag) const = 0;
};

/// Earlier attempts at a message; see Attempts.
struct EarlierAttempts {
  /// The number of unfinished attempts.
  int attempts = 0;
  /// The reason of the last attempt.
  std::string reason;
  /// The process ended during the last attempt.
  bool crashed = false;
  /// It ended while it read the message.
  bool crashed_reading = false;
};

/// How far a message was processed before it was delivered again. `none` also if that is unknown.
enum class EarlierProgress {
  none,
  /// Its result was sent: no further lookup and bundle are necessary.
  sent,
  /// Its work was reported on, or its step was answered: the message is done.
  reported,
};

/// The outcome of returning a result.
enum class HandOverResult {
  /// The platform accepted it, or rejected it permanently: the message may be acknowledged.
  done,
  /// The message goes back to the queue.
  not_now,
  /// A store or memory that it needs was not available for a while: the message comes again later.
  unavailable,
  /// An intermediary answers in the platform's place, for this message only.
  stuck,
  /// The platform itself fails on each request about this message.
  failing,
};

struct Job {
  /// Drawn from the PublishOrder: the order of arrival.
  std::uint64_t number = 0;
  net::DeliveryTag tag;
  /// It was delivered before, so it may be partly processed.
  bool redelivered = false;
  opencti::Message message;
  /// The memory leased for the message.
  std::shared_ptr<net::MemoryBudget::Lease> memory;
  /// With the message's work and object as attributes.
  telemetry::Log log;
  std::chrono::system_clock::time_point started;
  /// If the message is not done by then, it goes back to the queue, before the broker closes the
  /// channel because of it (after 30 minutes).
  std::chrono::steady_clock::time_point give_up_at;
  /// The key in Attempts.
  std::string key;
  /// The key in PlaybookLedger; empty unless it is a playbook's step.
  std::string step;
  EarlierAttempts earlier;
  /// It was in progress when a process crashed. It must run alone: if it causes the crash, no other
  /// message may be blamed.
  bool suspect = false;
};

}  // namespace runtime
