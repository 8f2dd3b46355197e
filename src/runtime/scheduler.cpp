#include "runtime/scheduler.hpp"

#include <algorithm>

namespace runtime {
namespace {

/// The oldest is begun at least so often, whatever its priority.
constexpr std::uint64_t oldest_each = 4;

int rank(const Task& task) {
  switch (task.job.message.mode) {
    case opencti::Mode::manual:
      return 0;
    case opencti::Mode::playbook:
      return 1;
    case opencti::Mode::automatic:
      break;
  }
  return 2;
}

template <class Tasks>
std::vector<TaskPtr> all_of(Tasks& tasks) {
  std::vector<TaskPtr> out;
  out.reserve(tasks.size());
  for (auto& [number, task] : tasks) out.push_back(std::move(task));
  tasks.clear();
  return out;
}

}  // namespace

TaskPtr Scheduler::add(TaskPtr task) {
  const std::lock_guard lock(mutex_);
  if (closed_) return task;
  const auto number = task->job.number;
  waiting_.emplace(number, std::move(task));
  changed_.notify_all();
  return nullptr;
}

TaskPtr Scheduler::next(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  TaskPtr task;
  changed_.wait(lock, stop, [&] {
    task = best();
    return task != nullptr;
  });
  if (task) ++busy_;
  return task;
}

Load Scheduler::load() const {
  const std::lock_guard lock(mutex_);
  return {.waiting = waiting_.size(),
          .under_way = static_cast<std::size_t>(busy_) + parked_.size()};
}

TaskPtr Scheduler::best() {
  if (alone_) return nullptr;
  if (!parked_.empty() && publish_order_.reached(parked_.begin()->first)) {
    return std::move(parked_.extract(parked_.begin()).mapped());
  }
  const auto suspect = std::find_if(waiting_.begin(), waiting_.end(),
                                    [](const auto& entry) { return entry.second->job.suspect; });
  if (suspect == waiting_.end() || !publish_order_.reached(suspect->first)) return begin();
  if (busy_ > 0) return nullptr;
  auto task = take(suspect);
  alone_ = true;
  return task;
}

bool Scheduler::may_begin(const Job& job, const std::set<std::string_view>& earlier) const {
  const auto& work = job.message.work_id;
  return !job.suspect && !in_hand_.contains(job.key) && !works_in_hand_.contains(work) &&
         !earlier.contains(work);
}

TaskPtr Scheduler::take(std::map<std::uint64_t, TaskPtr>::iterator chosen) {
  // First what may fail for want of memory.
  const auto& job = chosen->second->job;
  if (!job.key.empty()) in_hand_.insert(job.key);
  if (!job.message.work_id.empty()) works_in_hand_.insert(job.message.work_id);
  return std::move(waiting_.extract(chosen).mapped());
}

TaskPtr Scheduler::begin() {
  const bool by_rank = (begun_ + 1) % oldest_each != 0;
  auto chosen = waiting_.end();
  std::set<std::string_view> earlier;
  for (auto at = waiting_.begin(); at != waiting_.end(); ++at) {
    const auto& job = at->second->job;
    const bool may = may_begin(job, earlier);
    if (!job.message.work_id.empty()) earlier.insert(job.message.work_id);
    if (!may) continue;
    const bool better =
        chosen == waiting_.end() || (by_rank && rank(*at->second) < rank(*chosen->second));
    if (better) chosen = at;
  }
  if (chosen == waiting_.end()) return nullptr;
  ++begun_;
  return take(chosen);
}

void Scheduler::park(TaskPtr&& task) {
  const std::lock_guard lock(mutex_);
  const auto number = task->job.number;
  parked_.emplace(number, std::move(task));
  --busy_;
  alone_ = false;
  changed_.notify_all();
}

void Scheduler::done(TaskPtr task) {
  const auto key = std::move(task->job.key);
  const auto work = std::move(task->job.message.work_id);
  task.reset();
  const std::lock_guard lock(mutex_);
  in_hand_.erase(key);
  works_in_hand_.erase(work);
  --busy_;
  alone_ = false;
  changed_.notify_all();
}

std::vector<TaskPtr> Scheduler::take_out(const std::function<bool(const Job&)>& which) {
  const std::lock_guard lock(mutex_);
  std::vector<TaskPtr> out;
  for (auto at = waiting_.begin(); at != waiting_.end();) {
    const auto here = at++;
    if (which(here->second->job)) out.push_back(std::move(waiting_.extract(here).mapped()));
  }
  return out;
}

std::vector<TaskPtr> Scheduler::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  changed_.notify_all();
  return all_of(waiting_);
}

bool Scheduler::finish(const net::Deadline& deadline) {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, deadline.stop(), deadline.at(),
                             [this] { return busy_ == 0 && parked_.empty(); });
}

std::vector<TaskPtr> Scheduler::take_parked() {
  const std::lock_guard lock(mutex_);
  return all_of(parked_);
}

void Scheduler::wake() {
  const std::lock_guard lock(mutex_);
  changed_.notify_all();
}

}  // namespace runtime
