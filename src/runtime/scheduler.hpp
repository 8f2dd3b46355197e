// What is to be done next: which job is begun, and which goes on because its turn has come.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/task.hpp"

namespace runtime {

struct Load {
  /// Not begun.
  std::size_t waiting = 0;
  /// Begun, or finished and waiting for their turn.
  std::size_t under_way = 0;
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
/// The class is thread-safe.
class Scheduler final {
 public:
  Scheduler() : publish_order_([this] { wake(); }) {}

  /// Of the order of arrival, for Task.
  [[nodiscard]] PublishOrder& publish_order() { return publish_order_; }

  /// A job to be begun. @returns it again after close().
  [[nodiscard]] TaskPtr add(TaskPtr task);

  /// Waits for something to do. Each task that it gives is to be followed by park() or done().
  /// @returns nullptr when there is nothing and a stop was requested.
  [[nodiscard]] TaskPtr next(const std::stop_token& stop);

  /// It goes on when its turn has come. Where memory is short the task stays the caller's.
  void park(TaskPtr&& task);
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
  void wake();
  [[nodiscard]] TaskPtr best();
  [[nodiscard]] TaskPtr begin();
  /// @param earlier works of the jobs that came before it and are not begun
  [[nodiscard]] bool may_begin(const Job& job, const std::set<std::string_view>& earlier) const;
  [[nodiscard]] TaskPtr take(std::map<std::uint64_t, TaskPtr>::iterator chosen);

  PublishOrder publish_order_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  /// By number.
  std::map<std::uint64_t, TaskPtr> waiting_;
  std::map<std::uint64_t, TaskPtr> parked_;
  /// Keys of what is begun and not done.
  std::set<std::string> in_hand_;
  /// Their works.
  std::set<std::string> works_in_hand_;
  int busy_ = 0;
  bool closed_ = false;
  std::uint64_t begun_ = 0;
  /// A suspect is under way.
  bool alone_ = false;
};

}  // namespace runtime
