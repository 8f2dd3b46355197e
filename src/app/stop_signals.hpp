// How SIGTERM and SIGINT stop the running connector, also as the first process of a container, for
// which the kernel ignores signals that it does not wait for.
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
  /// From the first signal on. A process that still runs then is ended.
  std::chrono::milliseconds longest_stop{0};
  /// Called before the process is ended because its time is over, or by a second signal (false).
  /// Must return soon.
  std::function<void(bool overdue)> before_end;
};

/// Owns one thread, which waits for signals: whatever else hangs, this one ends the process.
///
/// The first signal is for wait(). The second ends the process at once, as it would have done
/// without this object; when `longest_stop` has passed, the process ends with exit code 1.
class StopSignals final {
 public:
  /// Blocks both signals for this thread and all that it starts: to be made before any other
  /// thread.
  explicit StopSignals(StopSignalsOptions options);
  /// From now on both signals have the effect that they had before.
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
  /// Of the thread: when the process is ended; nothing before the first signal.
  std::optional<std::chrono::steady_clock::time_point> end_;
  os::Thread thread_;
};

}  // namespace app
