// A circuit breaker: stops requests to a service that does not answer, or that rejects the
// credentials.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "kaspersky/clock.hpp"
#include "kaspersky/lookup.hpp"
#include "telemetry/log.hpp"

namespace kaspersky {

/// A change of another replica's breaker.
struct BreakerNews {
  bool open = false;
  /// As in BreakerReport.
  bool refused = false;
  std::string why = {};
  /// Until the next probe.
  std::chrono::milliseconds pause{0};
};

struct BreakerOptions {
  struct Pauses {
    /// It doubles with each probe that fails, up to `longest`.
    std::chrono::seconds first;
    std::chrono::seconds longest;
  };
  /// Opens after this many consecutive failures that span at least `failing_for`: concurrent
  /// requests can all fail in one short moment, and their retries succeed.
  int failures = 5;
  std::chrono::milliseconds failing_for{2'000};
  Pauses unavailable{std::chrono::seconds(10), std::chrono::minutes(5)};
  Pauses refused{std::chrono::seconds(30), std::chrono::hours(1)};
  /// Maximum number of automatic requests that wait for the service until their deadline. Others
  /// wait for maximum `short_wait`, so that their workers become free.
  int max_waiting = 7;
  std::chrono::milliseconds short_wait{5'000};
  Clock clock;
  /// Called with each change, for other replicas; must not wait. May be empty.
  std::function<void(const BreakerNews&)> announce = {};
};

/// closed: requests are sent. open: no request is sent until the pause is over. probing: one
/// request is in flight, and its outcome decides.
enum class BreakerState { closed, open, probing };

/// The breaker's state, for people.
struct BreakerReport {
  BreakerState state = BreakerState::closed;
  /// Whether the service rejects the credentials; otherwise it does not answer. Only if not closed.
  bool refused = false;
  /// The pause is over: the next inquiry is sent.
  bool to_be_tried = false;
  /// Why it is not closed, since when, and when the next request is sent; empty while it is closed.
  std::string problem;
};

/// Opens after several consecutive failures over some time, and immediately when the service
/// rejects the credentials (401, 403), which the next request would not change. While it is open,
/// automatic requests to a service that does not answer wait for the next probe if their deadline
/// allows it; all others fail immediately; their outcome says since when the service has failed,
/// and when the next probe is sent. Only `max_waiting` automatic requests wait to the end, so that
/// workers are left for manual ones; the others wait for a short time, so that one worker does not
/// make a full queue fail during a short outage.
///
/// Each change of state is logged once. The class is thread-safe.
class Breaker final : public Lookup {
 public:
  /// @param next must outlive this object
  Breaker(BreakerOptions options, Lookup& next, telemetry::Log log);

  [[nodiscard]] Outcome look_up(const Inquiry& inquiry, const net::Deadline& deadline) override;

  /// Applies a change of another replica's breaker. If it opened, the next request here is a probe,
  /// and the others wait for its outcome. If it closed, the next probe is sent immediately.
  void on_news(const BreakerNews& news);

  /// Called at shutdown: from now on requests that wait, or would wait, are deferred
  /// (Unavailable::deferred).
  void stop_waiting();

  [[nodiscard]] BreakerState state() const;
  [[nodiscard]] BreakerReport report() const;

 private:
  enum class Cause { unavailable, refused };
  /// Why the breaker is open.
  struct Fault {
    Cause cause;
    std::string why;
    std::chrono::system_clock::time_point since;
    std::chrono::system_clock::time_point next_probe;
    std::chrono::steady_clock::time_point until;
    std::chrono::seconds pause;
  };
  struct Admission {
    /// The outcome if no request may be sent.
    std::optional<Outcome> instead;
    bool probe = false;
  };

  [[nodiscard]] Admission admit(const Inquiry& inquiry, const net::Deadline& deadline);
  [[nodiscard]] bool worth_waiting(const Inquiry& inquiry, const net::Deadline& deadline) const;
  /// Waits for a change of state, the next probe, or the end of `patience`.
  void wait(std::unique_lock<std::mutex>& lock, const net::Deadline& patience);
  [[nodiscard]] Outcome rejection() const;
  /// The text of rejection().
  [[nodiscard]] std::string problem() const;
  void settle(const Outcome& outcome, bool probe, const net::Deadline& deadline);
  /// @returns whether the breaker must open: enough failures over enough time
  [[nodiscard]] bool count_failure();
  void probe_over();
  void open(Cause cause, const std::string& why);
  void close();
  void announce() const;

  const BreakerOptions options_;
  Lookup& next_;
  telemetry::Log log_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  BreakerState state_ = BreakerState::closed;
  int failures_ = 0;
  /// The time of the first of these failures.
  std::chrono::steady_clock::time_point failing_since_;
  int waiting_ = 0;
  bool stopping_ = false;
  std::uint64_t changes_ = 0;
  /// Valid unless closed.
  Fault fault_{};
  /// It opened only because another replica's breaker did.
  bool opened_by_news_ = false;
};

}  // namespace kaspersky
