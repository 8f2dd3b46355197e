// The only way to run a thread here: nothing that its body throws ends the process.
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
  /// Told what the body has thrown, on the thread. What it throws itself is ignored.
  std::function<void(std::string_view reason)> failed;
  /// Between a failure and the next run of the body.
  std::chrono::milliseconds again_after{1'000};
};

/// Runs the body until it returns. A body that throws is run again after a pause, unless a stop was
/// requested: it must find its state sound.
///
/// Signals are for the threads that wait for them: here all are blocked but those that a fault of
/// the thread itself raises. The destructor requests a stop and joins. Not thread-safe.
class Thread final {
 public:
  using Body = std::function<void(const std::stop_token& stop)>;

  /// None.
  Thread() = default;
  /// @throws std::system_error when the system has no thread left
  Thread(ThreadOptions options, Body body);

  [[nodiscard]] bool joinable() const { return thread_.joinable(); }
  void request_stop() { thread_.request_stop(); }
  void join() { thread_.join(); }
  /// Sends it a signal, which it must be waiting for.
  void signal(int number);
  /// Requests a stop, and leaves the thread behind: everything that it uses must be its own.
  void leave();

 private:
  std::jthread thread_;
};

}  // namespace os
