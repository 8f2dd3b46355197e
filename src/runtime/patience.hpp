// Waiting out outages with a message in hand.
#pragma once

#include <chrono>
#include <stop_token>

#include "net/backoff.hpp"
#include "net/deadline.hpp"
#include "opencti/error.hpp"
#include "runtime/job.hpp"
#include "telemetry/log.hpp"

namespace runtime {

/// Retries calls to the platform for as long as that is of use to the message. The message is not
/// acknowledged before, so that nothing is lost by waiting. The class is thread-safe.
class Patience final {
 public:
  /// One attempt at a call, before it is looked at whether to go on.
  static constexpr std::chrono::seconds attempt_timeout{60};

  /// @param settler must outlive this object and its copies
  /// @param between two attempts
  explicit Patience(const Settler& settler, net::BackoffOptions between = {})
      : settler_(&settler), between_(between) {}

  /// No stop was requested, the message is still ours, and its time (Job::give_up_at) is not over.
  [[nodiscard]] bool worth_going_on(const Job& job, const std::stop_token& stop) const {
    return !stop.stop_requested() && settler_->current(job.tag) &&
           std::chrono::steady_clock::now() < job.give_up_at;
  }

  [[nodiscard]] net::Backoff backoff() const { return net::Backoff(between_); }

  /// Calls `attempt` with a deadline until it succeeds, fails for good, or it is not worth going
  /// on.
  /// @param doing what cannot be done, for the log: a warning, once
  template <class Attempt>
  [[nodiscard]] auto retry(const Job& job, const char* doing, Attempt attempt,
                           const std::stop_token& stop) const {
    auto waits = backoff();
    for (bool said = false;; said = true) {
      auto result = attempt(net::Deadline::after(attempt_timeout, stop));
      if (result) return result;
      const auto& error = result.error();
      // A right that is missing is missing for every message: somebody will give it.
      const bool may_help = error.passing() || error.denied();
      if (!may_help || !worth_going_on(job, stop)) return result;
      job.log.line(said ? telemetry::Level::debug : telemetry::Level::warning, doing,
                   {{"reason", error.message}});
      net::pause(waits.next(), stop);
    }
  }

 private:
  const Settler* settler_;
  net::BackoffOptions between_;
};

}  // namespace runtime
