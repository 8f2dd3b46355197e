// Messages that came by HTTP: between the moment they are accepted and the moment they are settled,
// what a queue on the broker does for the others.
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
  /// How many messages may be handed on and not yet settled.
  std::size_t under_way = 16;
  /// Not settled, all together. A worker that is turned away stays away for 10 to 30 seconds, so
  /// there should be work for as long.
  std::size_t messages = 1000;
  std::size_t bytes = std::size_t{64} * 1024 * 1024;
  /// From which each message takes what `cost` says before it is handed on, and until it is
  /// settled. Without a budget there is always enough. Must outlive the inbox.
  net::MemoryBudget* memory = nullptr;
  std::function<std::size_t(std::size_t)> cost = [](std::size_t size) { return size; };
  /// A longer message is written in pieces of so many bytes, between which others can be written.
  std::size_t piece = std::size_t{1024} * 1024;
  /// A message that was given back is handed on again after this.
  std::chrono::milliseconds again_after{10'000};
  /// One that was postponed, after this.
  std::chrono::milliseconds postponed{15 * 60'000};
  /// Between two tries to write down what is settled.
  std::chrono::milliseconds write_again_after{10'000};
  /// How long a message that comes once more is known to be done. Workers come again after half a
  /// minute, or when they are back.
  std::chrono::seconds remembered{3600};
};

/// A message is in the database before take() accepts it, until it is settled, and until it is
/// handed on nowhere else; what is in there at the start is handed on first, as redelivered. With a
/// database in memory it lives as long as the process.
///
/// Nothing is read of a body here: one at which reading ends the process has been kept, so that
/// whoever reads it can count that.
///
/// Of two equal messages the second is accepted and forgotten: each message of OpenCTI names its
/// work or its run of a playbook, so that one which comes twice is one that a worker posted twice.
///
/// Owns one thread. Public functions are thread-safe.
class Inbox final : public Settler {
 public:
  /// How many messages a store holds that were accepted and not settled; 0 when it cannot be told.
  [[nodiscard]] static std::int64_t left_in(storage::Database& store);

  /// @param store must outlive this object
  Inbox(InboxOptions options, storage::Database& store, telemetry::Log log);
  ~Inbox() override;
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;

  /// Accepts messages and hands them on from now on, one at a time, on a thread of this object. To
  /// be called once.
  void start(std::function<void(net::Delivery)> deliver);

  /// Returns when the message is safe, or it is clear that it is not ours: too many, no disk, not
  /// started, or stopping.
  /// @param cut see net::Delivery
  [[nodiscard]] opencti::Intake take(const std::string& body, bool cut = false);

  /// Accepts nothing more, from now on.
  void stop_taking();
  /// Waits until everything is settled but what is held back. @returns false when the deadline
  /// passed first.
  bool drain(const net::Deadline& deadline);
  /// Hands nothing more on, from now on.
  void stop_handing_on();
  /// The same; writes down what has been settled, if that can be done at once, and joins.
  /// @returns how many messages are left.
  std::size_t stop();

  void acknowledge(net::DeliveryTag tag) override;
  void reject(net::DeliveryTag tag) override;
  void give_back(net::DeliveryTag tag) override { give_back(tag, options_.again_after); }
  void hold_back(std::chrono::system_clock::time_point until) override;
  void set_aside(net::DeliveryTag tag) override;
  void postpone(net::DeliveryTag tag) override { give_back(tag, options_.postponed); }
  [[nodiscard]] net::Holding holding(net::DeliveryTag tag) const override;

  /// Of what is not under way.
  struct Waiting {
    std::size_t next = 0;
    /// Messages that were set aside, while none of these is handed on.
    std::size_t held_back = 0;
  };
  [[nodiscard]] Waiting waiting() const;
  /// Why no message can be kept, as far as the last try told; empty while they can. It is tried
  /// again now and then, also while nobody posts any.
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
    /// As whoever read it says, by set_aside().
    bool automatic = false;
    Clock::time_point not_before = {};
  };

  void give_back(net::DeliveryTag tag, std::chrono::milliseconds after);
  void load();
  void hold(Held held);
  [[nodiscard]] storage::Result<bool> write_down(const Held& held, const std::string& body);
  [[nodiscard]] storage::Result<std::string> read(const std::string& digest, std::size_t size);
  void hand_on(std::uint64_t number, std::unique_lock<std::mutex>& lock);
  void run(const std::stop_token& stop);
  [[nodiscard]] bool write_settled(const std::vector<std::string>& digests);
  /// They could not be written. Under the lock.
  void keep_settled(std::vector<std::string> digests);
  /// The number of the next message to hand on; nothing while there is none, enough are under way,
  /// or no more is to be handed on. Under the lock, like wake_at().
  [[nodiscard]] std::optional<std::uint64_t> next() const;
  [[nodiscard]] Clock::time_point due(const Held& held) const;
  [[nodiscard]] Clock::time_point wake_at() const;
  void report(const storage::Error& error, std::string_view what);
  [[nodiscard]] bool probe();

  InboxOptions options_;
  storage::Database& store_;
  telemetry::Log log_;
  std::function<void(net::Delivery)> deliver_;

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::unordered_map<std::uint64_t, Held> held_;
  /// Numbers of those that are not under way.
  std::deque<std::uint64_t> waiting_;
  std::size_t under_way_ = 0;
  /// No automatic message is handed on before.
  Clock::time_point held_back_until_;
  std::size_t bytes_ = 0;
  std::uint64_t numbers_ = 0;
  /// Digests whose end is not in the database yet.
  std::vector<std::string> settled_;
  Clock::time_point write_at_;
  Clock::time_point probe_at_;
  /// Between start() and stop_taking(): what was accepted earlier is read first.
  bool open_ = false;
  bool hands_on_ = true;
  /// Why writing failed the last time; empty where it did not.
  std::string problem_;
  /// Used by the thread alone.
  Clock::time_point tidied_;
  os::Thread thread_;
};

}  // namespace runtime
