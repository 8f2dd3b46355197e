// One message under way, and how it is settled with whoever delivered it.
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

/// By a clock that nobody sets; and a day from now at most, in case that the other is wrong.
[[nodiscard]] inline std::chrono::steady_clock::time_point steady_time_of(
    std::chrono::system_clock::time_point time) {
  using namespace std::chrono;
  const auto left =
      std::clamp<system_clock::duration>(time - system_clock::now(), seconds(1), hours(24));
  return steady_clock::now() + ceil<milliseconds>(left);
}

/// A port to the source of messages. Implementations are thread-safe and do not wait.
class Settler {
 public:
  virtual ~Settler() = default;
  /// The message is done with.
  virtual void acknowledge(net::DeliveryTag tag) = 0;
  /// The message can never be handled.
  virtual void reject(net::DeliveryTag tag) = 0;
  /// The message is to be delivered again, to us or to another.
  virtual void give_back(net::DeliveryTag tag) = 0;
  /// No automatic message is of use until then; those of others are.
  virtual void hold_back(std::chrono::system_clock::time_point until) = 0;
  /// An automatic message that came nonetheless: to be delivered again then, or now and then, and
  /// to be in nobody's way meanwhile.
  virtual void set_aside(net::DeliveryTag tag) = 0;
  /// The message is to be delivered again, after a quarter of an hour or so, and to be in nobody's
  /// way meanwhile.
  virtual void postpone(net::DeliveryTag tag) = 0;
  /// What became of the message meanwhile. One that is `gone` is finished, and not settled.
  [[nodiscard]] virtual net::Holding holding(net::DeliveryTag tag) const = 0;
};

/// What came of earlier deliveries of a message; see Attempts.
struct Before {
  /// How often it was begun without an end.
  int attempts = 0;
  /// Of the last one.
  std::string reason;
  /// The process ended in it.
  bool died = false;
  /// It ended before the message was read.
  bool died_reading = false;
};

/// How far a message came before it was delivered again. `none` also where that cannot be told.
enum class Earlier {
  none,
  /// Its result was sent: neither another lookup nor another bundle is needed.
  sent,
  /// Its work was reported on, or its step answered: nothing is left to do.
  reported,
};

/// What became of handing a result back.
enum class Handed {
  /// The platform has it, or said itself that it does not want it: the message may be acknowledged.
  done,
  /// The message goes back to the queue.
  not_now,
  /// Something else answers in the platform's place, to this message alone.
  stuck,
};

struct Job {
  /// Drawn from the PublishOrder: the order of arrival.
  std::uint64_t number = 0;
  net::DeliveryTag tag;
  /// It was delivered before, so that parts of the work may be done.
  bool redelivered = false;
  opencti::Message message;
  /// What was taken for the message before it was read.
  std::shared_ptr<net::MemoryBudget::Lease> memory;
  /// Bound to the message's work and object.
  telemetry::Log log;
  std::chrono::system_clock::time_point started;
  /// Then the message goes back to the queue, if it is not done: before the broker takes it back by
  /// itself (after 30 minutes), and with it the whole channel.
  std::chrono::steady_clock::time_point give_up_at;
  /// Of Attempts.
  std::string key;
  /// Of PlaybookLedger; empty for what is not a playbook's step.
  std::string step;
  Before before;
  /// It was begun when a process died: if it is this message that ends the process, then it must be
  /// alone, so that no other is taken for the culprit.
  bool suspect = false;
};

}  // namespace runtime
