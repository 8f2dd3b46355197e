#include "runtime/scheduler.hpp"

#include <algorithm>

namespace runtime {
namespace {

/// Each fourth job that is begun is the oldest, independent of its priority.
constexpr std::uint64_t oldest_each = 4;

int rank(opencti::Mode mode) {
  switch (mode) {
    case opencti::Mode::manual:
      return 0;
    case opencti::Mode::playbook:
      return 1;
    case opencti::Mode::automatic:
      break;
  }
  return 2;
}

template <class Entries>
std::vector<TaskPtr> tasks_of(Entries entries) {
  std::vector<TaskPtr> out;
  out.reserve(entries.size());
  for (auto& [number, entry] : entries) out.push_back(std::move(entry.task));
  return out;
}

template <class Name>
bool same(const Name& one, const Name& other) {
  return !one.empty() && one == other;
}

}  // namespace

TaskPtr Scheduler::add(TaskPtr task) {
  const auto& job = task->job;
  Entries entry;
  entry.emplace(job.number, Entry{.key = job.key,
                                  .work = job.message.work_id,
                                  .rank = rank(job.message.mode),
                                  .suspect = job.suspect});
  std::unique_lock lock(mutex_);
  if (closed_) return task;
  entry.begin()->second.task = std::move(task);
  waiting_.merge(entry);
  hand_out(std::move(lock));
  return nullptr;
}

TaskPtr Scheduler::next(const std::stop_token& stop) {
  // Before the lock, so that it is destroyed without the lock: its destructor waits for wake_all().
  const std::stop_callback on_stop(stop, [this] { wake_all(); });
  std::unique_lock lock(mutex_);
  if (auto task = best()) return task;
  const auto me = std::make_shared<Sleeper>();
  asleep_.push_back(me);
  me->woken.wait(lock, [&] { return me->task || stop.stop_requested(); });
  if (!me->task) std::erase(asleep_, me);
  return std::move(me->task);
}

void Scheduler::hand_out(std::unique_lock<std::mutex> lock) {
  while (!asleep_.empty()) {
    auto task = best();
    if (!task) return;
    const auto sleeper = std::move(asleep_.back());
    asleep_.pop_back();
    sleeper->task = std::move(task);
    lock.unlock();
    sleeper->woken.notify_one();
    lock.lock();
  }
}

void Scheduler::wake_all() {
  const std::lock_guard lock(mutex_);
  for (const auto& sleeper : asleep_) sleeper->woken.notify_one();
}

Load Scheduler::load() const {
  const std::lock_guard lock(mutex_);
  return {.waiting = waiting_.size(),
          .under_way = under_way_.size() + parked_.size(),
          .idle_workers = asleep_.size()};
}

TaskPtr Scheduler::best() {
  const auto is_suspect = [](const auto& entry) { return entry.second.suspect; };
  if (std::any_of(under_way_.begin(), under_way_.end(), is_suspect)) return nullptr;
  const auto parked = std::find_if(parked_.begin(), parked_.end(), [&](const auto& entry) {
    return publish_order_.reached(entry.first);
  });
  if (parked != parked_.end()) return take(parked_, parked);
  // With other replicas the job that came last can have the first turn.
  for (auto at = waiting_.begin(); at != waiting_.end(); ++at) {
    if (!is_suspect(*at) || !publish_order_.reached(at->first) || waits_for_earlier(at)) continue;
    return under_way_.empty() ? take(waiting_, at) : nullptr;
  }
  const auto chosen = best_to_begin();
  if (chosen == waiting_.end()) return nullptr;
  ++begun_;
  return take(waiting_, chosen);
}

Scheduler::Entries::const_iterator Scheduler::best_to_begin() const {
  const bool by_rank = (begun_ + 1) % oldest_each != 0;
  auto chosen = waiting_.end();
  for (auto at = waiting_.begin(); at != waiting_.end(); ++at) {
    const bool better =
        chosen == waiting_.end() || (by_rank && at->second.rank < chosen->second.rank);
    if (better && may_begin(at)) chosen = at;
  }
  return chosen;
}

bool Scheduler::may_begin(Entries::const_iterator which) const {
  return !which->second.suspect && !waits_for_earlier(which) &&
         std::none_of(under_way_.begin(), under_way_.end(), [&](const auto& other) {
           return exclude_each_other(other.second, which->second);
         });
}

bool Scheduler::waits_for_earlier(Entries::const_iterator which) const {
  const auto is_in_its_way = [&](const auto& other) {
    return exclude_each_other(other.second, which->second);
  };
  return std::any_of(parked_.begin(), parked_.end(), is_in_its_way) ||
         std::any_of(waiting_.begin(), which, is_in_its_way);
}

bool Scheduler::exclude_each_other(const Entry& one, const Entry& other) {
  return same(one.key, other.key) || same(one.work, other.work);
}

TaskPtr Scheduler::take(Entries& from, Entries::const_iterator which) {
  auto entry = from.extract(which);
  auto task = std::move(entry.mapped().task);
  under_way_.insert(std::move(entry));
  return task;
}

void Scheduler::park(TaskPtr task) {
  std::unique_lock lock(mutex_);
  auto entry = under_way_.extract(task->job.number);
  entry.mapped().task = std::move(task);
  parked_.insert(std::move(entry));
  hand_out(std::move(lock));
}

void Scheduler::done(TaskPtr task) {
  const auto number = task->job.number;
  // Leaves the turn, which calls back into this object.
  task.reset();
  std::unique_lock lock(mutex_);
  under_way_.erase(number);
  if (none_left()) all_done_.notify_all();
  hand_out(std::move(lock));
}

std::vector<TaskPtr> Scheduler::take_out(const std::function<bool(const Job&)>& which) {
  Entries out;
  std::unique_lock lock(mutex_);
  for (auto at = waiting_.begin(); at != waiting_.end();) {
    const auto here = at++;
    if (which(here->second.task->job)) out.insert(waiting_.extract(here));
  }
  hand_out(std::move(lock));
  return tasks_of(std::move(out));
}

bool Scheduler::waits(const std::function<bool(const Job&)>& which) const {
  const std::lock_guard lock(mutex_);
  return std::any_of(waiting_.begin(), waiting_.end(),
                     [&](const auto& entry) { return which(entry.second.task->job); });
}

bool Scheduler::change(const std::function<bool(const Job&)>& which,
                       const std::function<void(Job&)>& change) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(waiting_.begin(), waiting_.end(),
                                  [&](const auto& entry) { return which(entry.second.task->job); });
  if (found == waiting_.end()) return false;
  change(found->second.task->job);
  return true;
}

std::vector<TaskPtr> Scheduler::close(const std::function<bool(const Job&)>& finish) {
  Entries out;
  std::unique_lock lock(mutex_);
  closed_ = true;
  for (auto at = waiting_.begin(); at != waiting_.end();) {
    const auto here = at++;
    const auto is_same = [&](const auto& other) {
      return same(other.second.key, here->second.key);
    };
    const bool again = std::any_of(under_way_.begin(), under_way_.end(), is_same) ||
                       std::any_of(parked_.begin(), parked_.end(), is_same);
    if (!again && !finish(here->second.task->job)) out.insert(waiting_.extract(here));
  }
  hand_out(std::move(lock));
  return tasks_of(std::move(out));
}

bool Scheduler::none_left() const {
  return waiting_.empty() && under_way_.empty() && parked_.empty();
}

bool Scheduler::finish(const net::Deadline& deadline) {
  std::unique_lock lock(mutex_);
  return all_done_.wait_until(lock, deadline.stop(), deadline.at(), [this] { return none_left(); });
}

std::vector<TaskPtr> Scheduler::take_rest() {
  Entries out;
  {
    const std::lock_guard lock(mutex_);
    out.swap(parked_);
    out.merge(waiting_);
  }
  return tasks_of(std::move(out));
}

}  // namespace runtime
