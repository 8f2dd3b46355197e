// A thread that runs long tasks one after the other.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>

#include "os/thread.hpp"

namespace net {

/// The destructor finishes the running task, and drops the others. The first task starts the
/// thread. The class is thread-safe.
class SideThread final {
 public:
  SideThread() = default;
  ~SideThread() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    changed_.notify_all();
  }
  SideThread(const SideThread&) = delete;
  SideThread& operator=(const SideThread&) = delete;

  /// @param task its exceptions are ignored
  void run(std::function<void()> task) {
    const std::lock_guard lock(mutex_);
    if (ending_) return;
    tasks_.push_back(std::move(task));
    if (!thread_.joinable()) {
      thread_ = os::Thread({.name = "http aside", .failed = {}},
                           [this](const std::stop_token&) { work(); });
    }
    changed_.notify_all();
  }

 private:
  void work() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return ending_ || !tasks_.empty(); });
      if (ending_) return;
      auto task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      task();
      task = nullptr;
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;
  bool ending_ = false;
  os::Thread thread_;
};

}  // namespace net
