// Lets SIGTERM and SIGINT stop the running connector, also as the first process of a container, for
// which the kernel ignores signals without a handler.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>

#include "net/wakeup.hpp"
#include "os/file_descriptor.hpp"
#include "os/thread.hpp"

namespace app {

struct StopSignalsOptions {
  /// Time from the first signal until the process is ended.
  std::chrono::milliseconds longest_stop{0};
  /// Called before the process is ended, after `longest_stop` (overdue) or by a second signal. Must
  /// return soon.
  std::function<void(bool overdue)> before_end;
};

/// Owns one thread that waits for signals, and ends the process even if other threads hang.
///
/// wait() returns the first signal. The second ends the process immediately, as without this
/// object. After `longest_stop` the process ends with exit code 1.
class StopSignals final {
 public:
  /// Blocks both signals for this thread and all threads that it starts: must be constructed before
  /// other threads start.
  explicit StopSignals(StopSignalsOptions options);
  /// Restores the previous effect of both signals.
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// Waits for the first signal. @returns its number
  [[nodiscard]] int wait();

 private:
  void watch(const std::stop_token& stop);
  void note(int number);
  [[nodiscard]] std::optional<int> take_signal() const;
  [[nodiscard]] std::chrono::milliseconds left() const;

  StopSignalsOptions options_;
  os::FileDescriptor signals_;
  net::Wakeup wakeup_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int first_ = 0;
  /// Used by the thread: when the process is ended; nothing before the first signal.
  std::optional<std::chrono::steady_clock::time_point> end_;
  os::Thread thread_;
};

}  // namespace app
