// Retries calls during outages while a message is in hand.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "net/deadline.hpp"
#include "net/retry.hpp"
#include "opencti/client/error.hpp"
#include "runtime/job.hpp"
#include "telemetry/log.hpp"

namespace runtime {

struct PatienceOptions {
  /// Pauses between attempts.
  net::BackoffOptions between = {};
  /// Whether the platform itself has answered any call since the given time; empty: unknown.
  std::function<bool(std::chrono::steady_clock::time_point)> heard_since = {};
  /// A call without an answer for this time, while others get answers, is stuck.
  std::chrono::milliseconds stuck_after{60'000};
};

/// Retries calls to the platform while that can help the message. The message is not acknowledged
/// before, so nothing is lost. The class is thread-safe.
class Patience final {
 public:
  /// Timeout of one attempt, after which it is decided whether to continue.
  static constexpr std::chrono::seconds attempt_timeout{60};

  /// @param settler must outlive this object and its copies
  explicit Patience(const Settler& settler, PatienceOptions options = {})
      : settler_(&settler), options_(std::move(options)) {}

  /// More time for a `gone` message, which cannot go back to its queue.
  static constexpr std::chrono::hours longer_for_gone{1};

  /// Whether to continue: no stop was requested, the broker has not taken the message back, and its
  /// time (Job::give_up_at) is not over.
  [[nodiscard]] bool worth_going_on(const Job& job, const std::stop_token& stop) const {
    if (stop.stop_requested()) return false;
    const auto now = std::chrono::steady_clock::now();
    switch (settler_->holding(job.tag)) {
      case net::Holding::ours:
        return now < job.give_up_at;
      case net::Holding::gone:
        return now < job.give_up_at + longer_for_gone;
      case net::Holding::taken_back:
        break;
    }
    return false;
  }

  /// The attempts of one call, used by one thread. It waits between them, longer each time; a stop
  /// ends a wait.
  class Attempts final {
   public:
    [[nodiscard]] bool worth_going_on() const { return patience_.worth_going_on(job_, stop_); }

    /// Call it after each attempt without a response of the platform. An intermediary that inspects
    /// requests can block one request each time, and let all others pass: waiting would occupy a
    /// worker without end. A general outage, during which other calls get no response either, does
    /// not count.
    /// @returns whether the call is stuck; never for a message that cannot be delivered again
    [[nodiscard]] bool stuck() {
      if (patience_.settler_->holding(job_.tag) == net::Holding::gone) return false;
      const auto now = std::chrono::steady_clock::now();
      const auto since = std::exchange(looked_, now);
      const auto& heard_since = patience_.options_.heard_since;
      if (!heard_since || !heard_since(since)) return false;
      if (silent_while_heard_++ == 0) first_ = since;
      return silent_while_heard_ >= fewest && now - first_ >= patience_.options_.stuck_after;
    }

    /// Call it after a failed attempt: logs a warning the first time, then at level debug.
    /// @param doing the failing operation
    void log(std::string_view doing, const std::string& reason) {
      job_.log.line(
          std::exchange(said_, true) ? telemetry::Level::debug : telemetry::Level::warning, doing,
          {{"reason", reason}});
    }

    /// Waits for the next attempt.
    void wait() { std::ignore = retry_.wait(); }

   private:
    friend class Patience;
    Attempts(const Patience& patience, const Job& job, std::stop_token stop)
        : patience_(patience),
          job_(job),
          stop_(std::move(stop)),
          retry_(patience.options_.between, stop_) {}

    static constexpr int fewest = 2;
    const Patience& patience_;
    const Job& job_;
    std::stop_token stop_;
    net::Retry retry_;
    bool said_ = false;
    std::chrono::steady_clock::time_point looked_ = std::chrono::steady_clock::now();
    /// Begin of the first attempt without a response.
    std::chrono::steady_clock::time_point first_;
    int silent_while_heard_ = 0;
  };
  /// The result is valid as long as this object and the job.
  [[nodiscard]] Attempts attempts(const Job& job, std::stop_token stop) const {
    return {*this, job, std::move(stop)};
  }

  /// What an error that ended the attempts means for the message.
  [[nodiscard]] Handed handed(const opencti::Error& error, const Job& job,
                              const std::stop_token& stop) const {
    if (error.kind == opencti::ErrorKind::stopped || !worth_going_on(job, stop)) {
      return Handed::not_now;
    }
    return error.passing() || error.denied() ? Handed::stuck : Handed::done;
  }

  /// Calls `attempt` with a deadline until it succeeds, the platform reports a permanent failure,
  /// the message's time is over, or the call is stuck.
  /// @param doing the failing operation, for one warning in the log
  template <class Attempt>
  [[nodiscard]] auto retry(const Job& job, const char* doing, Attempt attempt,
                           const std::stop_token& stop) const {
    auto attempts = this->attempts(job, stop);
    for (;;) {
      auto result = attempt(net::Deadline::after(attempt_timeout, stop));
      if (result) return result;
      const auto& error = result.error();
      // A missing right affects every message: wait until it is granted.
      const bool may_help = error.passing() || error.denied();
      if (!may_help || !attempts.worth_going_on()) return result;
      if (error.silent() && attempts.stuck()) return result;
      attempts.log(doing, error.message);
      attempts.wait();
    }
  }

  /// Calls a store that replicas share until it answers, or the message must not continue.
  /// @param doing the failing operation, for one warning in the log
  /// @param longest after this time the error is returned, unless the message is `gone` and cannot
  /// be delivered again
  template <class Call>
  [[nodiscard]] auto ask_store(const Job& job, const char* doing, Call call,
                               const std::stop_token& stop,
                               std::chrono::milliseconds longest = std::chrono::hours(24)) const {
    auto attempts = this->attempts(job, stop);
    const auto end = net::Deadline::after(longest, stop);
    while (true) {
      auto result = call();
      // A message that does not come again has no later time.
      const bool too_long = end.passed() && settler_->holding(job.tag) != net::Holding::gone;
      if (result || too_long || !attempts.worth_going_on()) return result;
      attempts.log(doing, result.error().message);
      attempts.wait();
    }
  }

 private:
  const Settler* settler_;
  PatienceOptions options_;
};

}  // namespace runtime
