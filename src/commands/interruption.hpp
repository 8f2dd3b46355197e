// Lets SIGINT and SIGTERM end a command, also as the first process of a container, for which the
// kernel ignores signals without a handler.
#pragma once

#include <signal.h>

#include <atomic>
#include <optional>
#include <stop_token>

#include "os/thread.hpp"

namespace commands {

class Interruption final {
 public:
  Interruption() = default;
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  /// From now on SIGINT ends the process with 130, SIGTERM with 143. Call it once, before any other
  /// thread is started. If the parent process ignored SIGINT, it stays ignored.
  void watch();

  /// From now on the first signal only requests a stop. The process ends with the second signal, or
  /// after three seconds.
  [[nodiscard]] std::stop_token gently();

  /// The signal that requested a stop, if any.
  [[nodiscard]] std::optional<int> signal() const;

 private:
  void wait();

  sigset_t signals_{};
  std::stop_source stop_;
  std::atomic<bool> gentle_ = false;
  std::atomic<bool> done_ = false;
  std::atomic<int> signal_ = 0;
  /// Waits for signals; ended and joined by the destructor.
  os::Thread thread_;
};

}  // namespace commands
