// Stores messages that came over HTTP from their acceptance until they are settled, as a queue of
// the broker does for other messages.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "net/memory_budget.hpp"
#include "opencti/in/callback.hpp"
#include "os/thread.hpp"
#include "runtime/job.hpp"
#include "storage/database.hpp"
#include "telemetry/log.hpp"

namespace runtime {

struct InboxOptions {
  /// Maximum number of messages that are handed on and not settled.
  std::size_t under_way = 16;
  /// Maximum number and size of unsettled messages. A rejected worker waits 10 to 30 seconds, so
  /// there should be enough messages for that time.
  std::size_t messages = 1000;
  std::size_t bytes = std::size_t{64} * 1024 * 1024;
  /// Each message leases `cost` bytes from it before it is handed on, until it is settled. nullptr:
  /// no limit. Must outlive the inbox.
  net::MemoryBudget* memory = nullptr;
  std::function<std::size_t(std::size_t)> cost = [](std::size_t size) { return size; };
  /// A longer message is written in pieces of this size, between which other messages can be
  /// written.
  std::size_t piece = std::size_t{1024} * 1024;
  /// A message that was given back is handed on again after this.
  std::chrono::milliseconds again_after{10'000};
  /// A postponed message is handed on again after this.
  std::chrono::milliseconds postponed{15 * 60'000};
  /// Interval of attempts to write settlements.
  std::chrono::milliseconds write_again_after{10'000};
  /// How long digests of settled messages are kept, to recognise repeated posts. Workers repeat a
  /// post after half a minute, or after a restart.
  std::chrono::seconds remembered{3600};
};

/// A message is in the database before take() accepts it, until it is settled; before it is handed
/// on, it is only there. Messages that are in the database at the start are handed on first, as
/// redelivered. With a database in memory, messages are lost at the end of the process.
///
/// The body is not parsed here: a message whose parsing crashes the process must be stored first,
/// so that the attempt can be counted.
///
/// The second of two equal messages is accepted and ignored: each message names its work or its run
/// of a playbook, so equal messages are repeated posts of one message.
///
/// Owns one thread. Public functions are thread-safe.
class Inbox final : public Settler {
 public:
  /// The number of accepted and unsettled messages in a store; 0 if it cannot be read.
  [[nodiscard]] static std::int64_t left_in(storage::Database& store);

  /// @param store must outlive this object
  Inbox(InboxOptions options, storage::Database& store, telemetry::Log log);
  ~Inbox() override;
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;

  /// From now on accepts messages and hands them on, one at a time, on a thread of this object.
  /// Call it once.
  void start(std::function<void(net::Delivery)> deliver);

  /// Returns after the message is stored, or if it is not accepted: too many messages, no disk
  /// space, not started, or stopping.
  /// @param cut see net::Delivery
  [[nodiscard]] opencti::Intake take(const std::string& body, bool cut = false);

  /// Accepts nothing more, from now on.
  void stop_taking();
  /// Waits until all messages are settled, except those held back. @returns false if the deadline
  /// passed first
  bool drain(const net::Deadline& deadline);
  /// Hands nothing more on, from now on.
  void stop_handing_on();
  /// The same; also writes settlements, if possible without waiting, and joins.
  /// @returns the number of unsettled messages
  std::size_t stop();

  void acknowledge(net::DeliveryTag tag) override;
  void reject(net::DeliveryTag tag) override;
  void give_back(net::DeliveryTag tag) override { give_back(tag, options_.again_after); }
  void hold_back(std::chrono::system_clock::time_point until) override;
  void defer(net::DeliveryTag tag) override;
  void postpone(net::DeliveryTag tag) override { give_back(tag, options_.postponed); }
  [[nodiscard]] net::DeliveryState delivery_state(net::DeliveryTag tag) const override;

  /// Counts of messages that are not handed on.
  struct Waiting {
    std::size_t next = 0;
    /// Messages that were deferred, while these are held back.
    std::size_t held_back = 0;
  };
  [[nodiscard]] Waiting waiting() const;
  /// Why messages could not be stored at the last attempt; empty if they could. Attempts are
  /// repeated regularly, also without new messages.
  [[nodiscard]] std::string problem() const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Held {
    std::string digest;
    std::size_t size = 0;
    std::shared_ptr<net::MemoryBudget::Lease> memory = {};
    bool cut = false;
    bool redelivered = false;
    bool under_way = false;
    /// Set by defer(), after the message was read.
    bool automatic = false;
    Clock::time_point not_before = {};
  };

  void give_back(net::DeliveryTag tag, std::chrono::milliseconds after);
  void load();
  void hold(Held held);
  [[nodiscard]] storage::Result<bool> write_down_alone(const Held& held, const std::string& body);
  [[nodiscard]] storage::Result<bool> write_down(const Held& held, const std::string& body);
  /// Removes the parts of a message that was not accepted; if that fails, probe() retries it.
  void drop_parts(const std::string& digest);
  [[nodiscard]] storage::Result<std::string> read(const std::string& digest, std::size_t size);
  void hand_on(std::uint64_t number, std::unique_lock<std::mutex>& lock);
  void run(const std::stop_token& stop);
  [[nodiscard]] bool write_settled(const std::vector<std::string>& digests);
  /// Keeps settlements that could not be written. Called under the lock.
  void keep_settled(std::vector<std::string> digests);
  /// The number of the next message to hand on; nothing if there is none, the maximum is reached,
  /// or handing on has stopped. Called under the lock, like wake_at().
  [[nodiscard]] std::optional<std::uint64_t> next() const;
  [[nodiscard]] Clock::time_point due(const Held& held) const;
  [[nodiscard]] Clock::time_point wake_at() const;
  void report(const storage::Error& error, std::string_view what);
  [[nodiscard]] bool probe();

  InboxOptions options_;
  storage::Database& store_;
  telemetry::Log log_;
  std::function<void(net::Delivery)> deliver_;

  /// Held while parts of messages are written or removed; taken before `mutex_`.
  std::mutex parts_mutex_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::unordered_map<std::uint64_t, Held> held_;
  /// Numbers of messages that are not handed on.
  std::deque<std::uint64_t> waiting_;
  std::size_t under_way_ = 0;
  /// Automatic messages are not handed on before this time.
  Clock::time_point held_back_until_;
  std::size_t bytes_ = 0;
  std::uint64_t numbers_ = 0;
  /// Digests of settled messages that are not written to the database yet.
  std::vector<std::string> settled_;
  /// Digests of messages that were not accepted, and whose parts could not be removed.
  std::set<std::string> unwanted_;
  Clock::time_point write_at_;
  Clock::time_point probe_at_;
  /// True between start() and stop_taking(): earlier messages are read first.
  bool open_ = false;
  bool hands_on_ = true;
  /// Why the last write failed; empty if it succeeded.
  std::string problem_;
  /// Used only by the thread.
  Clock::time_point tidied_;
  os::Thread thread_;
};

}  // namespace runtime
