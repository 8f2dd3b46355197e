// Keeps the pace: no more requests in a second than wanted, and none while the service asks for a
// rest.
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
  /// Evenly spread: a bucket of one token. Zero: as many as come.
  int requests_per_second = 0;
  /// A Retry-After that asks for more is obeyed for this long only.
  std::chrono::seconds longest_rest{3600};
  /// Of a rate limit without a Retry-After: the first rest. It doubles with each further one, up to
  /// `longest_own_rest`.
  std::chrono::seconds own_rest{1};
  std::chrono::seconds longest_own_rest{300};
  /// Maximum time that the single request after such a pause has before others may go.
  std::chrono::seconds trial{10};
  Clock clock;
  /// Where others keep the pace too: takes the next moment for a request of all, and returns how
  /// long to wait for it. It may wait for a server. Empty: requests_per_second is this object's
  /// own.
  std::function<std::chrono::nanoseconds()> reserve = {};
  /// Told of each pause that the service set, for others; must not wait. May be empty.
  std::function<void(std::chrono::nanoseconds)> tell_rest = {};
};

/// Requests wait for their turn: manual ones first, then those of playbooks, then automatic ones,
/// each kind in order of arrival. A caller whose turn would come after its deadline gets
/// RateLimited immediately. A Retry-After that one request received applies to all.
///
/// A rate limit without a duration also pauses all requests, longer each time, because the service
/// counts rejected requests too. After such a pause, one request goes first, and the others only
/// after it was answered.
///
/// The number of waiting requests is that of the callers. The class is thread-safe.
class Throttle final : public Lookup {
 public:
  /// @param next must outlive this object
  Throttle(ThrottleOptions options, Lookup& next);

  [[nodiscard]] Outcome look_up(const Inquiry& inquiry, const net::Deadline& deadline) override;

  /// The service set a limit for another replica: nobody asks for so long.
  void rest_for(std::chrono::nanoseconds left);

  /// How many wait for their turn.
  [[nodiscard]] std::size_t waiting() const;
  /// How long no request is made because the service set a limit; zero while it does not.
  [[nodiscard]] std::chrono::nanoseconds rest() const;

 private:
  using Time = std::chrono::steady_clock::time_point;
  /// Purpose and number: the least goes first.
  using Ticket = std::pair<Purpose, std::uint64_t>;

  /// @returns when it had its turn
  [[nodiscard]] tl::expected<Time, RateLimited> wait_for_turn(Purpose purpose,
                                                              const net::Deadline& deadline);
  [[nodiscard]] tl::expected<Time, RateLimited> wait_for_turn(std::unique_lock<std::mutex>& lock,
                                                              const Ticket& ticket,
                                                              const net::Deadline& deadline);
  /// Whether there is a moment for the first of those who wait; takes one where there is none.
  [[nodiscard]] bool has_moment(std::unique_lock<std::mutex>& lock);
  /// When the next may go, by all that is known now.
  [[nodiscard]] Time turn() const;
  /// What an outcome tells of limits.
  /// @param began when its request had its turn
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
  /// A moment was taken for whoever is the first: `next_turn_`.
  bool reserved_ = false;
  bool reserving_ = false;
  Time rest_until_;
  /// Of the rest that the service did not ask for. Zero while it sets no limit.
  std::chrono::seconds own_rest_{0};
  Time own_rest_since_;
  Time own_rest_until_;
};

}  // namespace kaspersky
