// The only way to run a thread in this program: an exception from its body never ends the process.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

namespace os {

struct ThreadOptions {
  /// As debuggers and `top -H` show it; maximum 15 bytes.
  std::string name;
  /// Called on the thread with the reason of each exception from the body. Exceptions from this
  /// function are ignored.
  std::function<void(std::string_view reason)> failed;
  /// Between a failure and the next run of the body.
  std::chrono::milliseconds again_after{1'000};
};

/// Runs the body until it returns. If the body throws, it is run again after a pause, unless a stop
/// was requested. Its state must be valid then.
///
/// All signals are blocked on it, except those that a fault of the thread itself raises. The
/// destructor requests a stop and joins. Not thread-safe.
class Thread final {
 public:
  using Body = std::function<void(const std::stop_token& stop)>;

  /// Without a thread.
  Thread() = default;
  /// @throws std::system_error if the system cannot create a thread
  Thread(ThreadOptions options, Body body);

  [[nodiscard]] bool joinable() const { return thread_.joinable(); }
  void request_stop() { thread_.request_stop(); }
  void join() { thread_.join(); }
  /// Sends the thread a signal. The thread must be waiting for it.
  void signal(int number);
  /// Requests a stop and detaches the thread. The thread must own everything that it uses.
  void leave();

 private:
  std::jthread thread_;
};

}  // namespace os
