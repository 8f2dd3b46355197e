// What is to be done next: which job is begun, and which goes on because its turn has come.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "runtime/task.hpp"

namespace runtime {

struct Load {
  /// Not begun.
  std::size_t waiting = 0;
  /// Begun, or finished and waiting for their turn.
  std::size_t under_way = 0;
  /// That wait for something to do.
  std::size_t idle_workers = 0;
};

/// Manual requests are begun before playbook steps, and those before automatic ones; but every
/// fourth that is begun is the oldest, so that none waits for ever.
///
/// A result whose turn has not come is parked here: no worker ever waits for a turn. The job whose
/// turn it is has been begun (and whoever works on it comes to an end), or is parked (and goes
/// first), or waits to be begun, which a worker that is free will do. So there is no deadlock,
/// however jobs overtake each other.
///
/// A message whose connection broke comes again while its first delivery is still being handled:
/// both would tell the platform how many objects to expect. So of two jobs with one key (Job::key)
/// the second is begun when the first is done. Two messages can also have one work, whose figures
/// they share: of these the one that came first is begun first, and the other when it is done.
///
/// A suspect (Job::suspect) is begun when its turn has come and nothing else is under way, and
/// nothing else goes on until it is done.
///
/// A worker is woken only with a task in its hand: each event (a job was added or taken out, one is
/// done or parked, a turn was left) gives what can go on now to the worker that has slept shortest.
/// So whenever the mutex is free, no worker sleeps or nothing can go on.
///
/// The class is thread-safe.
class Scheduler final {
 public:
  Scheduler() : publish_order_([this] { hand_out(std::unique_lock(mutex_)); }) {}

  /// Of the order of arrival, for Task.
  [[nodiscard]] PublishOrder& publish_order() { return publish_order_; }

  /// A job to be begun. Jobs must come in the order of their numbers: one that came after a later
  /// one with the same key would wait for it, and that one for its turn.
  /// @returns it again after close().
  [[nodiscard]] TaskPtr add(TaskPtr task);

  /// Waits for something to do. Each task that it gives is to be followed by park() or done().
  /// @returns nullptr when there is nothing and a stop was requested.
  [[nodiscard]] TaskPtr next(const std::stop_token& stop);

  /// It goes on when its turn has come.
  void park(TaskPtr task);
  /// The job has ended; the task is destroyed, which leaves its turn.
  void done(TaskPtr task);

  /// Takes out those that are not begun and of which this holds.
  [[nodiscard]] std::vector<TaskPtr> take_out(const std::function<bool(const Job&)>& which);
  /// From now on nothing is begun. @returns those that are not.
  [[nodiscard]] std::vector<TaskPtr> close();
  /// Waits until all that was begun is done. @returns false when the deadline came first.
  [[nodiscard]] bool finish(const net::Deadline& deadline);
  /// Those whose turn did not come.
  [[nodiscard]] std::vector<TaskPtr> take_parked();

  [[nodiscard]] Load load() const;

 private:
  struct Entry {
    /// Absent while a worker has it.
    TaskPtr task;
    /// Of the job; empty ones are equal to no other.
    std::string key;
    std::string work;
    /// The lower, the sooner.
    int rank = 0;
    bool suspect = false;
  };
  /// By number. An entry moves between them with its node: that needs no memory, and cannot fail.
  using Entries = std::map<std::uint64_t, Entry>;

  /// A worker that waits in next().
  struct Sleeper {
    std::condition_variable woken;
    /// What it is woken with.
    TaskPtr task;
  };

  /// Gives sleepers what can go on. It unlocks before it wakes, so that they find the mutex free.
  void hand_out(std::unique_lock<std::mutex> lock);
  void wake_all();
  [[nodiscard]] TaskPtr best();
  [[nodiscard]] Entries::const_iterator best_to_begin() const;
  [[nodiscard]] bool may_begin(Entries::const_iterator which) const;
  /// One with its key or work is parked, or came before it and is not begun.
  [[nodiscard]] bool waits_for_earlier(Entries::const_iterator which) const;
  [[nodiscard]] static bool exclude_each_other(const Entry& one, const Entry& other);
  /// To the worker that asked, or to a sleeper.
  [[nodiscard]] TaskPtr take(Entries& from, Entries::const_iterator which);

  PublishOrder publish_order_;
  mutable std::mutex mutex_;
  std::condition_variable_any all_done_;
  /// The last has slept shortest. Shared, because it is notified when it may have woken already.
  std::vector<std::shared_ptr<Sleeper>> asleep_;
  Entries waiting_;
  Entries under_way_;
  Entries parked_;
  bool closed_ = false;
  std::uint64_t begun_ = 0;
};

}  // namespace runtime
