// The replicas of a connector, as they know each other through Redis: who is alive, what each tells
// the others, and the oldest work that any has in hand.
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
  /// For people; unique by itself where each replica has a host name of its own.
  std::string name;
  /// How often each tells that it is alive.
  std::chrono::milliseconds beat{1'000};
  /// The same while a result waits for other replicas: works that came to two replicas in turn wait
  /// for each other's beat each time.
  std::chrono::milliseconds quick_beat{10};
  /// One that has told nothing for so long is dead.
  std::chrono::milliseconds lease{10'000};
  /// Is no replica: tells nothing, and learns nothing of the others.
  bool guest = false;
};

struct Replica {
  std::string name;
  std::chrono::system_clock::time_point started;
};

/// Tells the server once a second that this replica is alive, on a thread of its own, and learns
/// what others told. While the server is away it remembers what it knew last. The class is
/// thread-safe.
class Replicas final {
 public:
  /// @param redis must outlive this object
  Replicas(ReplicasOptions options, Redis& redis, telemetry::Log log);
  /// Takes leave of the others, so that they need not wait for the lease to end.
  ~Replicas();
  Replicas(const Replicas&) = delete;
  Replicas& operator=(const Replicas&) = delete;

  /// Names this process among all that ever run: with it, a claim dies with who made it.
  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] const std::string& name() const { return options_.name; }

  /// The others that are alive, in the order of their start.
  [[nodiscard]] std::vector<Replica> others() const;
  /// With this one; never less than one.
  [[nodiscard]] std::size_t alive() const;

  /// What one replica tells all others: the last on a subject replaces the one before.
  struct Note {
    std::string text;
    /// For how long it holds from now on.
    std::chrono::milliseconds left{0};
  };
  /// Soon, and again once the server is back.
  void tell(std::string_view subject, std::string text, std::chrono::milliseconds lasts);
  /// @param heard called on the thread of this object, once for each note of another replica. It
  /// must not wait, and not call back
  void listen(std::string_view subject, std::function<void(const Note&)> heard);
  /// Nobody listens any more, and nothing is being heard when this returns.
  void hear_no_more(std::string_view subject);

  /// @param look called now and then on the thread of this object, after the server has answered:
  /// for who wants to know what others changed there. It may ask the server, and not call back
  void look_now_and_then(std::string_view subject, std::function<void()> look);
  /// No more, and nothing is looking when this returns.
  void look_no_more(std::string_view subject);

  /// When the oldest work that this replica has in hand was made; nothing where it has none.
  void set_oldest(std::optional<std::int64_t> made);
  /// That of the others, as far as is known; the largest number where they have none, or the server
  /// is away: then each goes by its own order.
  [[nodiscard]] std::int64_t oldest_of_others() const;
  /// A result waits for the others: beats are quick as long as this holds.
  void wait_for_others(bool waiting);
  /// @param moved called after a beat, on the thread of this object, while something waits for
  /// others; nothing: no more. Nothing is being called when this returns
  void on_others_moved(std::function<void()> moved);

 private:
  struct Told {
    std::string text;
    std::chrono::steady_clock::time_point until;
    bool sent = false;
  };
  void run(const std::stop_token& stop);
  void beat();
  void learn(const Reply& reply);
  void hear(const Reply::List& notes);
  /// @param reached whether the server answered
  void call_others(bool reached);
  void take_leave();

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
  std::map<std::string, Told, std::less<>> told_;
  /// The last number of each subject that was heard.
  std::map<std::string, std::string> heard_;
  /// Held while others are called, never with `mutex_`.
  std::mutex calling_;
  std::map<std::string, std::function<void(const Note&)>, std::less<>> listeners_;
  std::map<std::string, std::function<void()>, std::less<>> looks_;
  std::chrono::steady_clock::time_point looked_;
  std::function<void()> moved_;
  os::Thread thread_;
};

/// Differs from all others, of any process: 32 hex digits.
[[nodiscard]] std::string unique_id();

/// What all replicas share, and how they know each other.
struct Shared {
  Redis& redis;
  Replicas& replicas;
};

}  // namespace storage
