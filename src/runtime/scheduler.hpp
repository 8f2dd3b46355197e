// Chooses the next task: a job to begin, or one to continue because its turn has come.
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
  /// In progress, or waiting for their turn.
  std::size_t under_way = 0;
  /// Workers that wait for a task.
  std::size_t idle_workers = 0;
};

/// Manual requests are begun before playbook steps, and those before automatic requests. But every
/// fourth job that is begun is the oldest, so that no job waits forever.
///
/// A result whose turn has not come is parked: no worker ever waits for a turn. The job whose turn
/// it is, is in progress (and its worker will finish), or is parked (and is the next task), or
/// waits to be begun (by the next free worker). So there is no deadlock in any order of jobs.
///
/// A message whose connection broke is delivered again while its first delivery is still processed:
/// both would announce objects on the work. So of two jobs with the same key (Job::key) the second
/// is begun after the first is done. Two messages can also share a work and its counts: the one
/// that came first is begun first, and the other after it is done.
///
/// A suspect (Job::suspect) is begun when its turn has come and no other job is in progress, and no
/// other task continues until it is done.
///
/// A worker is woken only with a task: each event (a job was added, taken out, done or parked, or a
/// turn was left) gives tasks that can run now to the workers that have slept shortest. So whenever
/// the mutex is free, either no worker sleeps or no task can run.
///
/// The class is thread-safe.
class Scheduler final {
 public:
  Scheduler() : publish_order_([this] { hand_out(std::unique_lock(mutex_)); }) {}

  /// The publish order, for Task.
  [[nodiscard]] PublishOrder& publish_order() { return publish_order_; }

  /// Adds a job. Jobs must be added in the order of their numbers: otherwise a job would wait for a
  /// later job with the same key, and that one for its turn.
  /// @returns the task itself after close(), otherwise nullptr
  [[nodiscard]] TaskPtr add(TaskPtr task);

  /// Waits for a task. Call park() or done() for each returned task.
  /// @returns nullptr if there is no task and a stop was requested
  [[nodiscard]] TaskPtr next(const std::stop_token& stop);

  /// Parks the task until its turn has come.
  void park(TaskPtr task);
  /// The job has ended; the task is destroyed, which leaves its turn.
  void done(TaskPtr task);

  /// Removes and returns jobs that are not begun and satisfy `which`.
  [[nodiscard]] std::vector<TaskPtr> take_out(const std::function<bool(const Job&)>& which);
  /// Whether a job that is not begun satisfies `which`.
  [[nodiscard]] bool waits(const std::function<bool(const Job&)>& which) const;
  /// Changes the first job that is not begun and satisfies `which`. It keeps its number.
  /// @param change must not change its key, work or mode
  /// @returns whether there is one
  [[nodiscard]] bool change(const std::function<bool(const Job&)>& which,
                            const std::function<void(Job&)>& change);
  /// From now on no job is added. Jobs that are not begun are removed and returned, except those
  /// that satisfy `finish`, and redeliveries of a job in progress.
  [[nodiscard]] std::vector<TaskPtr> close(const std::function<bool(const Job&)>& finish);
  /// Waits until all jobs are done. @returns false if the deadline passed first
  [[nodiscard]] bool finish(const net::Deadline& deadline);
  /// Removes and returns tasks that no worker has.
  [[nodiscard]] std::vector<TaskPtr> take_rest();

  [[nodiscard]] Load load() const;

 private:
  struct Entry {
    /// Null while a worker has the task.
    TaskPtr task;
    /// Key and work of the job; empty texts equal no other.
    std::string key;
    opencti::WorkId work;
    /// Lower ranks are begun first.
    int rank = 0;
    bool suspect = false;
  };
  /// By number. An entry moves between maps with its node, which needs no memory and cannot fail.
  using Entries = std::map<std::uint64_t, Entry>;

  /// A worker that waits in next().
  struct Sleeper {
    std::condition_variable woken;
    /// The task for which it is woken.
    TaskPtr task;
  };

  /// Gives runnable tasks to sleeping workers. Unlocks before it wakes them, so that they find the
  /// mutex free.
  void hand_out(std::unique_lock<std::mutex> lock);
  void wake_all();
  [[nodiscard]] bool none_left() const;
  [[nodiscard]] TaskPtr best();
  [[nodiscard]] Entries::const_iterator best_to_begin() const;
  [[nodiscard]] bool may_begin(Entries::const_iterator which) const;
  /// One with its key or work is parked, or came before it and is not begun.
  [[nodiscard]] bool waits_for_earlier(Entries::const_iterator which) const;
  [[nodiscard]] static bool exclude_each_other(const Entry& one, const Entry& other);
  /// Takes a task for a worker.
  [[nodiscard]] TaskPtr take(Entries& from, Entries::const_iterator which);

  PublishOrder publish_order_;
  mutable std::mutex mutex_;
  std::condition_variable_any all_done_;
  /// The last one has slept shortest. Shared, because it may have woken before it is notified.
  std::vector<std::shared_ptr<Sleeper>> asleep_;
  Entries waiting_;
  Entries under_way_;
  Entries parked_;
  bool closed_ = false;
  std::uint64_t begun_ = 0;
};

}  // namespace runtime
