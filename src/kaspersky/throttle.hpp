// Limits the rate of requests, and sends none while the service demands a pause.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include <tl/expected.hpp>

#include "kaspersky/clock.hpp"
#include "kaspersky/lookup.hpp"

namespace kaspersky {

struct ThrottleOptions {
  /// Evenly spaced: a token bucket of size one. Zero: no limit.
  int requests_per_second = 0;
  /// Maximum pause for a Retry-After.
  std::chrono::seconds longest_pause{3600};
  /// First pause after a rate limit without Retry-After. It doubles with each further rate limit,
  /// up to `longest_backoff`.
  std::chrono::seconds backoff{1};
  std::chrono::seconds longest_backoff{300};
  /// Maximum time that others wait for the outcome of the single request after such a pause.
  std::chrono::seconds probe_timeout{10};
  Clock clock;
  /// Reserves the next slot among all replicas, and returns the time until it. It may wait for a
  /// server. Empty: requests_per_second applies to this object alone.
  std::function<std::chrono::nanoseconds()> reserve = {};
  /// Called with each pause that the service demanded, for other replicas; must not wait. May be
  /// empty.
  std::function<void(std::chrono::nanoseconds)> announce_pause = {};
};

/// Requests wait for their turn: manual ones first, then those of playbooks, then automatic ones,
/// each kind in order of arrival. A caller whose turn would come after its deadline gets
/// RateLimited immediately. A Retry-After that one request received applies to all.
///
/// A rate limit without a duration also pauses all requests, longer each time, because the service
/// counts rejected requests too. After such a pause, one request goes first, and the others only
/// after it was answered.
///
/// The number of waiting requests is limited by the number of callers. The class is thread-safe.
class Throttle final : public Lookup {
 public:
  /// @param next must outlive this object
  Throttle(ThrottleOptions options, Lookup& next);

  [[nodiscard]] Outcome look_up(const Inquiry& inquiry, const net::Deadline& deadline) override;

  /// Sends no request for this time: the service limited another replica.
  void pause_for(std::chrono::nanoseconds left);

  /// The number of requests that wait for their turn.
  [[nodiscard]] std::size_t waiting() const;
  /// The rest of the pause that the service demanded; zero without one.
  [[nodiscard]] std::chrono::nanoseconds remaining_pause() const;

 private:
  using Time = std::chrono::steady_clock::time_point;
  /// Purpose and number: the smallest ticket is next.
  using Ticket = std::pair<Purpose, std::uint64_t>;

  /// @returns the time of its turn
  [[nodiscard]] tl::expected<Time, RateLimited> wait_for_turn(Purpose purpose,
                                                              const net::Deadline& deadline);
  [[nodiscard]] tl::expected<Time, RateLimited> wait_for_turn(std::unique_lock<std::mutex>& lock,
                                                              const Ticket& ticket,
                                                              const net::Deadline& deadline);
  /// Whether the first waiting request has a slot; otherwise reserves one.
  [[nodiscard]] bool has_slot(std::unique_lock<std::mutex>& lock);
  /// When the next request may be sent, as known now.
  [[nodiscard]] Time turn() const;
  /// Learns from an outcome about rate limits.
  /// @param began the time of its request's turn
  void learn(const Outcome& outcome, Time began);
  void learn_of_limit(const RateLimited& limited, Time began);

  const ThrottleOptions options_;
  const std::chrono::nanoseconds interval_;
  Lookup& next_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::set<Ticket> waiting_;
  std::uint64_t last_number_ = 0;
  Time next_turn_;
  /// The slot at `next_turn_` is reserved for the request that is first then.
  bool reserved_ = false;
  bool reserving_ = false;
  Time paused_until_;
  /// Current pause after rate limits without Retry-After. Zero without a rate limit.
  std::chrono::seconds backoff_{0};
  Time backoff_since_;
  Time backoff_until_;
};

}  // namespace kaspersky
