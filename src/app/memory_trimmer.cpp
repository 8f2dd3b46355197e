#include "app/memory_trimmer.hpp"

#include <malloc.h>

#include <chrono>

#include "net/deadline.hpp"

namespace app {

MemoryTrimmer::MemoryTrimmer()
    : thread_({.name = "memory", .failed = {}},
              [this](const std::stop_token& stop) { run(stop); }) {}

void MemoryTrimmer::trim_soon() {
  const std::lock_guard lock(mutex_);
  wanted_ = true;
  changed_.notify_all();
}

void MemoryTrimmer::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stop, [this] { return wanted_; })) {
    wanted_ = false;
    lock.unlock();
    if (!net::pause(std::chrono::seconds(1), stop)) return;
    malloc_trim(0);
    lock.lock();
  }
}

}  // namespace app
