#include "app/stop_signals.hpp"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "app/exit_code.hpp"

namespace app {
namespace {

sigset_t stopping_signals() {
  sigset_t signals{};
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

int signal_descriptor() {
  const auto signals = stopping_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  const int descriptor = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "signalfd");
  return descriptor;
}

/// Ends the process as the signal would. The first process of a container would ignore the signal
/// itself.
[[noreturn]] void end_by(int number) {
  const auto signals = stopping_signals();
  ::signal(number, SIG_DFL);
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  ::raise(number);
  _exit(static_cast<int>(ended_by(number)));
}

}  // namespace

StopSignals::StopSignals(StopSignalsOptions options)
    : options_(std::move(options)),
      signals_(signal_descriptor()),
      thread_({.name = "signals", .failed = {}},
              [this](const std::stop_token& stop) { watch(stop); }) {}

StopSignals::~StopSignals() {
  thread_.request_stop();
  wakeup_.signal();
  thread_.join();
  const auto signals = stopping_signals();
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

int StopSignals::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return first_ != 0; });
  return first_;
}

void StopSignals::watch(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    wakeup_.wait(signals_.get(), left());
    const auto number = take_signal();
    if (number && !end_) {
      note(*number);
    } else if (number) {
      options_.before_end(false);
      end_by(*number);
    } else if (end_ && std::chrono::steady_clock::now() >= *end_) {
      options_.before_end(true);
      _exit(static_cast<int>(ExitCode::failed));
    }
  }
}

void StopSignals::note(int number) {
  end_ = std::chrono::steady_clock::now() + options_.longest_stop;
  const std::lock_guard lock(mutex_);
  first_ = number;
  changed_.notify_all();
}

std::optional<int> StopSignals::take_signal() const {
  signalfd_siginfo about{};
  if (::read(signals_.get(), &about, sizeof about) != sizeof about) return std::nullopt;
  return static_cast<int>(about.ssi_signo);
}

std::chrono::milliseconds StopSignals::left() const {
  constexpr std::chrono::hours unlimited{1};
  if (!end_) return unlimited;
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(*end_ - std::chrono::steady_clock::now());
  return std::max(left, std::chrono::milliseconds::zero());
}

}  // namespace app
