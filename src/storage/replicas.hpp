// The replicas of a connector, which exchange data through Redis: which replicas are alive, the
// notes that each publishes, and the oldest work that any replica has in hand.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "os/thread.hpp"
#include "storage/redis.hpp"
#include "telemetry/log.hpp"

namespace storage {

struct ReplicasOptions {
  /// For people; unique if each replica has its own host name.
  std::string name;
  /// Interval at which a replica renews its lease.
  std::chrono::milliseconds heartbeat{1'000};
  /// The interval while a result waits for other replicas. If works came to two replicas
  /// alternately, each result waits for a beat of the other replica.
  std::chrono::milliseconds quick_heartbeat{10};
  /// A replica that has not renewed its lease for this time counts as dead.
  std::chrono::milliseconds lease{10'000};
  /// Not a replica: publishes nothing, and receives nothing from the others.
  bool guest = false;
};

struct Replica {
  std::string name;
  std::chrono::system_clock::time_point started;
};

/// Renews the lease of this replica on the server once a second, on its own thread, and receives
/// the notes of others. While the server is unreachable, the last known state remains. The class is
/// thread-safe.
class Replicas final {
 public:
  /// @param redis must outlive this object
  Replicas(ReplicasOptions options, Redis& redis, telemetry::Log log);
  /// Ends the lease, so that the others need not wait until it expires.
  ~Replicas();
  Replicas(const Replicas&) = delete;
  Replicas& operator=(const Replicas&) = delete;

  /// The unique id of this process, in all time: a claim under this id ends with the process.
  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] const std::string& name() const { return options_.name; }

  /// The other replicas that are alive, in the order of their start.
  [[nodiscard]] std::vector<Replica> others() const;
  /// The number of replicas alive, with this one; minimum one.
  [[nodiscard]] std::size_t alive() const;

  /// A message from one replica to all others. The latest note on a subject replaces the earlier
  /// ones.
  struct Note {
    std::string text;
    /// For how long it remains valid from now on.
    std::chrono::milliseconds left{0};
  };
  /// Sends a note soon, or once the server is reachable again.
  void publish(std::string_view subject, std::string text, std::chrono::milliseconds lasts);
  /// @param received called on the thread of this object, once per note of another replica. It must
  /// not wait, and not call this object
  void subscribe(std::string_view subject, std::function<void(const Note&)> received);
  /// Removes the callback. When this returns, the callback is not running.
  void unsubscribe(std::string_view subject);

  /// @param look called every few seconds on the thread of this object, after the server has
  /// answered, to look for changes that others made there. It may use the server, but not call this
  /// object
  void poll(std::string_view subject, std::function<void()> look);
  /// Removes the callback. When this returns, the callback is not running.
  void stop_polling(std::string_view subject);

  /// Sets the creation time of the oldest work that this replica has in hand; nothing if it has
  /// none.
  void set_oldest(std::optional<std::int64_t> made);
  /// The creation time of the oldest work of the others, as far as known. The largest number if
  /// they have none or the server is unreachable: then each replica keeps only its own order.
  [[nodiscard]] std::int64_t oldest_of_others() const;
  /// Whether a result waits for the others: `quick_heartbeat` is used while it does.
  void wait_for_others(bool waiting);
  /// @param moved called after each beat, on the thread of this object; empty removes it. When this
  /// returns, an earlier callback is not running
  void on_others_moved(std::function<void()> moved);

 private:
  struct Published {
    std::string text;
    std::chrono::steady_clock::time_point until;
    bool sent = false;
  };
  void run(const std::stop_token& stop);
  void heartbeat();
  void learn(const Reply& reply);
  void deliver(const Reply::List& notes);
  /// @param reached whether the server has answered
  void call_others(bool reached);
  void leave();

  const ReplicasOptions options_;
  Redis& redis_;
  telemetry::Log log_;
  const std::string id_;
  const std::string about_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  bool hurry_ = true;
  bool waiting_ = false;
  std::optional<std::int64_t> oldest_;
  std::int64_t oldest_of_others_;
  std::map<std::string, Replica> others_;
  std::map<std::string, Published, std::less<>> published_;
  /// The number of the last note received on each subject.
  std::map<std::string, std::string> received_;
  /// Held while callbacks run, never together with `mutex_`.
  std::mutex calling_;
  std::map<std::string, std::function<void(const Note&)>, std::less<>> subscribers_;
  std::map<std::string, std::function<void()>, std::less<>> looks_;
  std::chrono::steady_clock::time_point looked_;
  std::function<void()> moved_;
  os::Thread thread_;
};

/// A random id of 32 hex digits, unique across processes.
[[nodiscard]] std::string unique_id();

/// The server that all replicas share, and the replicas.
struct Shared {
  Redis& redis;
  Replicas& replicas;
};

}  // namespace storage
