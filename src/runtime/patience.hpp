// Retries calls during outages while a message is in hand.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "net/deadline.hpp"
#include "net/retry.hpp"
#include "opencti/client/error.hpp"
#include "runtime/attempts.hpp"
#include "runtime/job.hpp"
#include "telemetry/log.hpp"

namespace runtime {

/// Counts the workers that wait for a right, or for a token that the platform accepts. That takes a
/// person, so a process that stops does not wait with them. The class is thread-safe.
class DeniedWaits final {
 public:
  [[nodiscard]] std::size_t count() const { return count_; }

  class Wait final {
   public:
    explicit Wait(DeniedWaits& waits) : waits_(waits) { ++waits_.count_; }
    ~Wait() { --waits_.count_; }
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;

   private:
    DeniedWaits& waits_;
  };

 private:
  std::atomic<std::size_t> count_ = 0;
};

struct PatienceOptions {
  /// Pauses between attempts.
  net::BackoffOptions between = {};
  /// Whether the platform itself has answered any call since the given time; empty: unknown.
  std::function<bool(std::chrono::steady_clock::time_point)> heard_since = {};
  /// A call without an answer for this time, while others get answers, is stuck; one on which the
  /// platform itself fails for this time is failing.
  std::chrono::milliseconds stuck_after{60'000};
  /// Whether other replicas consume the same queue.
  bool replicas = false;
  /// Whether a lookup for a manual request uses no earlier answer.
  bool fresh_for_manual = false;
  /// Shared by all users of one pipeline.
  std::shared_ptr<DeniedWaits> denied = std::make_shared<DeniedWaits>();
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

  /// Whether the message is finished here after the broker has taken it back: it may never be
  /// delivered again, because its queue may have been deleted and declared again meanwhile. Only if
  /// a redelivery notices that this delivery was finished: in this process (FinishedMessages), and
  /// with other replicas through the store that they share. That store does not show that a step is
  /// being answered now, and a manual request for a new answer does not use an earlier one.
  [[nodiscard]] bool finishes_requeued(const Job& job) const {
    if (!names_one_request(job)) return false;
    return !options_.replicas ||
           (!job.message.playbook &&
            !(options_.fresh_for_manual && job.message.mode == opencti::Mode::manual));
  }
  /// Whether no other request can have the same key.
  [[nodiscard]] static bool names_one_request(const Job& job) {
    return job.message.playbook || !job.message.work_id.empty();
  }
  /// Whether the broker has taken the message back: another delivery of it may be in progress.
  [[nodiscard]] bool requeued(const Job& job) const {
    return settler_->delivery_state(job.tag) == net::DeliveryState::requeued;
  }
  /// Whether another replica may process the message now.
  [[nodiscard]] bool replica_may_have(const Job& job) const {
    return options_.replicas && requeued(job);
  }

  /// Whether to continue: no stop was requested, the message is held, `gone`, or finished though
  /// the broker has taken it back, and its time (Job::give_up_at) is not over.
  [[nodiscard]] bool should_continue(const Job& job, const std::stop_token& stop) const {
    if (stop.stop_requested()) return false;
    const auto now = std::chrono::steady_clock::now();
    switch (settler_->delivery_state(job.tag)) {
      case net::DeliveryState::held:
        return now < job.give_up_at;
      case net::DeliveryState::gone:
        return now < job.give_up_at + longer_for_gone;
      case net::DeliveryState::requeued:
        break;
    }
    return finishes_requeued(job) && now < job.give_up_at;
  }

  [[nodiscard]] const DeniedWaits& denied() const { return *options_.denied; }

  /// The attempts of one call, used by one thread. It waits between them, longer each time; a stop
  /// ends a wait.
  class Attempts final {
   public:
    [[nodiscard]] bool should_continue() const { return patience_.should_continue(job_, stop_); }

    /// Call it after each attempt without a response of the platform. An intermediary that inspects
    /// requests can block one request each time, and let all others pass: waiting would occupy a
    /// worker without end. A general outage, during which other calls get no response either, does
    /// not count.
    /// @returns whether the call is stuck; never for a message that cannot be delivered again
    [[nodiscard]] bool stuck() {
      if (patience_.settler_->delivery_state(job_.tag) == net::DeliveryState::gone) return false;
      const auto now = std::chrono::steady_clock::now();
      const auto since = std::exchange(looked_, now);
      const auto& heard_since = patience_.options_.heard_since;
      if (!heard_since || !heard_since(since)) return false;
      if (silent_while_heard_++ == 0) first_ = since;
      return silent_while_heard_ >= fewest && now - first_ >= patience_.options_.stuck_after;
    }

    /// Call it after each attempt on which the platform itself failed (`internal`). Such an error
    /// can pass within seconds, or come each time.
    /// @returns whether to stop trying for now
    [[nodiscard]] bool failing() {
      const auto now = std::chrono::steady_clock::now();
      if (failures_++ == 0) first_failure_ = now;
      return failures_ >= fewest_failures && now - first_failure_ >= patience_.options_.stuck_after;
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

    /// The same after this error. A wait that only a person can end is counted, unless the message
    /// cannot be delivered again.
    void wait(const opencti::Error& error) {
      if (!error.denied() ||
          patience_.settler_->delivery_state(job_.tag) == net::DeliveryState::gone) {
        return wait();
      }
      const DeniedWaits::Wait denied(*patience_.options_.denied);
      wait();
    }

   private:
    friend class Patience;
    Attempts(const Patience& patience, const Job& job, std::stop_token stop)
        : patience_(patience),
          job_(job),
          stop_(std::move(stop)),
          retry_(patience.options_.between, stop_) {}

    static constexpr int fewest = 2;
    static constexpr int fewest_failures = 3;
    const Patience& patience_;
    const Job& job_;
    std::stop_token stop_;
    net::Retry retry_;
    bool said_ = false;
    std::chrono::steady_clock::time_point looked_ = std::chrono::steady_clock::now();
    /// Begin of the first attempt without a response.
    std::chrono::steady_clock::time_point first_;
    int silent_while_heard_ = 0;
    std::chrono::steady_clock::time_point first_failure_;
    int failures_ = 0;
  };
  /// The result is valid as long as this object and the job.
  [[nodiscard]] Attempts attempts(const Job& job, std::stop_token stop) const {
    return {*this, job, std::move(stop)};
  }

  /// What an error that ended the attempts means for the message. `done` for an error that is the
  /// platform's decision, and for its own failure (`internal`) on a message that cannot be
  /// delivered again, or that failed as often as messages are tried.
  [[nodiscard]] HandOverResult result_after(const opencti::Error& error, const Job& job,
                                            const std::stop_token& stop) const {
    if (error.kind == opencti::ErrorKind::stopped || !should_continue(job, stop)) {
      return HandOverResult::not_now;
    }
    if (error.kind == opencti::ErrorKind::internal) {
      const bool again = job.earlier.attempts < runtime::Attempts::give_up_after &&
                         settler_->delivery_state(job.tag) != net::DeliveryState::gone;
      return again ? HandOverResult::failing : HandOverResult::done;
    }
    return error.temporary() || error.denied() ? HandOverResult::stuck : HandOverResult::done;
  }

  /// Whether retry() also waits while the platform itself fails on the call (`internal`).
  enum class ThroughFailures { no, yes };

  /// Calls `attempt` with a deadline until it succeeds, the platform reports a permanent failure,
  /// the message's time is over, or the call is stuck or failing.
  /// @param doing the failing operation, for one warning in the log
  template <class Attempt>
  [[nodiscard]] auto retry(const Job& job, const char* doing, Attempt attempt,
                           const std::stop_token& stop,
                           ThroughFailures through = ThroughFailures::no) const {
    auto attempts = this->attempts(job, stop);
    for (;;) {
      auto result = attempt(net::Deadline::after(attempt_timeout, stop));
      if (result) return result;
      const auto& error = result.error();
      // A missing right affects every message: wait until it is granted.
      const bool internal =
          through == ThroughFailures::yes && error.kind == opencti::ErrorKind::internal;
      const bool may_help = error.temporary() || error.denied() || internal;
      if (!may_help || !attempts.should_continue()) return result;
      if (internal && attempts.failing()) return result;
      if (error.no_response() && attempts.stuck()) return result;
      attempts.log(doing, error.message);
      attempts.wait(error);
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
      const bool too_long =
          end.passed() && settler_->delivery_state(job.tag) != net::DeliveryState::gone;
      if (result || too_long || !attempts.should_continue()) return result;
      attempts.log(doing, result.error().message);
      attempts.wait();
    }
  }

 private:
  const Settler* settler_;
  PatienceOptions options_;
};

}  // namespace runtime
