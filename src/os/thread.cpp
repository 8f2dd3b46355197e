#include "os/thread.hpp"

#include <pthread.h>
#include <signal.h>

#include <condition_variable>
#include <exception>
#include <mutex>
#include <utility>

namespace os {
namespace {

constexpr std::size_t longest_name = 15;

void pause(std::chrono::milliseconds duration, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, duration, [] { return false; });
}

/// Blocks all signals: a new thread inherits the signal mask.
class AllSignalsBlocked final {
 public:
  AllSignalsBlocked() {
    sigset_t all{};
    sigfillset(&all);
    for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS}) {
      sigdelset(&all, fault);
    }
    pthread_sigmask(SIG_BLOCK, &all, &before_);
  }
  ~AllSignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  AllSignalsBlocked(const AllSignalsBlocked&) = delete;
  AllSignalsBlocked& operator=(const AllSignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

/// @returns whether the body returned without an exception
bool run_once(const Thread::Body& body, const ThreadOptions& options, const std::stop_token& stop) {
  const auto report = [&](std::string_view reason) {
    try {
      if (options.failed) options.failed(reason);
    } catch (...) {
      // There may be no memory for the report either: the failure is ignored.
      return;
    }
  };
  try {
    body(stop);
    return true;
  } catch (const std::exception& thrown) {
    report(thrown.what());
  } catch (...) {
    report("an exception of no known type");
  }
  return false;
}

}  // namespace

Thread::Thread(ThreadOptions options, Body body) {
  const AllSignalsBlocked for_the_new_thread;
  thread_ = std::jthread(
      [options = std::move(options), body = std::move(body)](const std::stop_token& stop) {
        pthread_setname_np(pthread_self(), options.name.substr(0, longest_name).c_str());
        while (!run_once(body, options, stop) && !stop.stop_requested()) {
          pause(options.again_after, stop);
          if (stop.stop_requested()) return;
        }
      });
}

void Thread::signal(int number) { pthread_kill(thread_.native_handle(), number); }

void Thread::leave() {
  request_stop();
  thread_.detach();
}

}  // namespace os
