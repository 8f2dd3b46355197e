// Leaves a service alone that does not answer, or that refuses us.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "kaspersky/clock.hpp"
#include "kaspersky/lookup.hpp"
#include "telemetry/log.hpp"

namespace kaspersky {

struct BreakerOptions {
  struct Pauses {
    /// It doubles with each probe that fails, up to `longest`.
    std::chrono::seconds first;
    std::chrono::seconds longest;
  };
  /// So many in a row, without an answer in between, and for so long: of many requests at once a
  /// whole row can fall into one moment, which retries outlast.
  int failures = 5;
  std::chrono::milliseconds failing_for{2'000};
  Pauses unavailable{std::chrono::seconds(10), std::chrono::minutes(5)};
  Pauses refused{std::chrono::seconds(30), std::chrono::hours(1)};
  /// So many automatic requests wait for the service to come back, each as long as its deadline
  /// allows. Those beyond wait for `short_wait` at most, so that whoever runs them is free again.
  int most_waiting = 7;
  std::chrono::milliseconds short_wait{5'000};
  Clock clock;
};

/// closed: requests go through. open: none does until the pause is over. probing: one is under way,
/// and what comes of it decides.
enum class BreakerState { closed, open, probing };

/// How it stands, for people.
struct BreakerReport {
  BreakerState state = BreakerState::closed;
  /// It is not closed because the service refuses us, rather than does not answer.
  bool refused = false;
  /// The pause is over: the next inquiry is sent.
  bool to_be_tried = false;
  /// Why it is not closed, since when, and when the service is asked again; empty while it is.
  std::string problem;
};

/// Opens after several failures in a row and for some time, and at once when the service refuses us
/// (401, 403), which the next request would not change. While it is open, automatic requests to a
/// service that does not answer wait for the next probe where their deadline allows it; all others
/// are told at once since when that is so, and when it is tried again. Not all automatic requests
/// wait to the end (`most_waiting`), or none would be left to tell people; and not at once, or one
/// worker alone would make a queue full of them fail during a short outage.
///
/// Each change of state is logged once. The class is thread-safe.
class Breaker final : public Lookup {
 public:
  /// @param next must outlive this object
  Breaker(BreakerOptions options, Lookup& next, telemetry::Log log);

  [[nodiscard]] Outcome look_up(const Inquiry& inquiry, const net::Deadline& deadline) override;

  /// We are stopping: from now on those who wait, or would, are put off (Unavailable::put_off).
  void put_off();

  [[nodiscard]] BreakerState state() const;
  [[nodiscard]] BreakerReport report() const;

 private:
  enum class Trouble { unavailable, refused };
  /// Why it is open.
  struct Fault {
    Trouble trouble;
    std::string why;
    std::chrono::system_clock::time_point since;
    std::chrono::system_clock::time_point again;
    std::chrono::steady_clock::time_point until;
    std::chrono::seconds pause;
  };
  struct Admission {
    /// Set when nothing may be asked.
    std::optional<Outcome> instead;
    bool probe = false;
  };

  [[nodiscard]] Admission admit(const Inquiry& inquiry, const net::Deadline& deadline);
  [[nodiscard]] bool worth_waiting(const Inquiry& inquiry, const net::Deadline& deadline) const;
  /// For a change of state, the next probe, or the end of `patience`.
  void wait(std::unique_lock<std::mutex>& lock, const net::Deadline& patience);
  [[nodiscard]] Outcome told() const;
  /// What told() says.
  [[nodiscard]] std::string problem() const;
  void settle(const Outcome& outcome, bool probe, const net::Deadline& deadline);
  /// @returns whether there have been enough, for long enough, to open
  [[nodiscard]] bool count_failure();
  void probe_over();
  void open(Trouble trouble, const std::string& why);
  void close();

  const BreakerOptions options_;
  Lookup& next_;
  telemetry::Log log_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  BreakerState state_ = BreakerState::closed;
  int failures_ = 0;
  /// Of the first of them.
  std::chrono::steady_clock::time_point failing_since_;
  int waiting_ = 0;
  bool stopping_ = false;
  std::uint64_t changes_ = 0;
  /// Meaningful unless closed.
  Fault fault_{};
};

}  // namespace kaspersky
