#include "runtime/agenda.hpp"

#include <algorithm>

namespace runtime {
namespace {

/// The oldest is begun at least so often, whatever its priority.
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

template <class Tasks>
std::vector<TaskPtr> all_of(Tasks& tasks) {
  std::vector<TaskPtr> out;
  for (auto& [number, task] : tasks) out.push_back(std::move(task));
  tasks.clear();
  return out;
}

}  // namespace

TaskPtr Agenda::add(TaskPtr task) {
  const std::lock_guard lock(mutex_);
  if (closed_) return task;
  const auto number = task->job.number;
  waiting_.emplace(number, std::move(task));
  changed_.notify_all();
  return nullptr;
}

TaskPtr Agenda::next(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  TaskPtr task;
  changed_.wait(lock, stop, [&] {
    if (!stop.stop_requested()) task = best();
    return task != nullptr;
  });
  if (task) ++busy_;
  return task;
}

TaskPtr Agenda::best() {
  if (!parked_.empty() && turnstile_.reached(parked_.begin()->first)) {
    return std::move(parked_.extract(parked_.begin()).mapped());
  }
  return waiting_.empty() ? nullptr : begin();
}

TaskPtr Agenda::begin() {
  auto chosen = waiting_.begin();
  if (++begun_ % oldest_each != 0) {
    chosen = std::min_element(waiting_.begin(), waiting_.end(), [](const auto& a, const auto& b) {
      return rank(a.second->job.message.mode) < rank(b.second->job.message.mode);
    });
  }
  return std::move(waiting_.extract(chosen).mapped());
}

void Agenda::park(TaskPtr task) {
  const std::lock_guard lock(mutex_);
  --busy_;
  const auto number = task->job.number;
  parked_.emplace(number, std::move(task));
  changed_.notify_all();
}

void Agenda::done() {
  const std::lock_guard lock(mutex_);
  --busy_;
  changed_.notify_all();
}

std::vector<TaskPtr> Agenda::take_out(const std::function<bool(const Job&)>& which) {
  const std::lock_guard lock(mutex_);
  std::vector<TaskPtr> out;
  for (auto at = waiting_.begin(); at != waiting_.end();) {
    const auto here = at++;
    if (which(here->second->job)) out.push_back(std::move(waiting_.extract(here).mapped()));
  }
  return out;
}

std::vector<TaskPtr> Agenda::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  changed_.notify_all();
  return all_of(waiting_);
}

bool Agenda::finish(const net::Deadline& deadline) {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, deadline.stop(), deadline.at(),
                             [this] { return busy_ == 0 && parked_.empty(); });
}

std::vector<TaskPtr> Agenda::take_parked() {
  const std::lock_guard lock(mutex_);
  return all_of(parked_);
}

void Agenda::wake() {
  const std::lock_guard lock(mutex_);
  changed_.notify_all();
}

}  // namespace runtime
