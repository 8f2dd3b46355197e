#include "commands/interruption.hpp"

#include <unistd.h>

#include <ctime>

#include "app/exit_code.hpp"

namespace commands {
namespace {

/// Time limit for operations that ignore the stop token, such as waiting for a broker's answer or
/// for a reader that does not read.
constexpr timespec longest_end{.tv_sec = 3, .tv_nsec = 0};

/// Wakes the waiting thread; from another sender it ends the process as usual.
constexpr int wakes = SIGUSR1;

bool is_ignored(int number) {
  struct sigaction action {};
  return sigaction(number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

Interruption::~Interruption() {
  if (!thread_.joinable()) return;
  done_ = true;
  thread_.signal(wakes);
  thread_.join();
}

void Interruption::watch() {
  sigemptyset(&signals_);
  sigaddset(&signals_, wakes);
  sigaddset(&signals_, SIGTERM);
  // A shell ignores SIGINT for background jobs, which Ctrl-C must not end.
  if (!is_ignored(SIGINT)) sigaddset(&signals_, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  thread_ = os::Thread({.name = "signals", .failed = {}}, [this](const auto&) { wait(); });
}

std::stop_token Interruption::gently() {
  gentle_ = true;
  return stop_.get_token();
}

std::optional<int> Interruption::signal() const {
  const int number = signal_;
  if (number == 0) return std::nullopt;
  return number;
}

void Interruption::wait() {
  int number = 0;
  sigwait(&signals_, &number);
  if (done_) return;
  if (gentle_) {
    signal_ = number;
    stop_.request_stop();
    sigtimedwait(&signals_, nullptr, &longest_end);
    if (done_) return;
  }
  _exit(static_cast<int>(app::ended_by(number)));
}

}  // namespace commands
