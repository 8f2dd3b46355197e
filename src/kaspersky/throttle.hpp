// Keeps the pace: no more requests in a second than wanted, and none while the service asks for a
// rest.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include "kaspersky/clock.hpp"
#include "kaspersky/lookup.hpp"

namespace kaspersky {

struct ThrottleOptions {
  /// Evenly spread: a bucket of one token. Zero: as many as come.
  int requests_per_second = 0;
  /// A Retry-After that asks for more is obeyed for this long only.
  std::chrono::seconds longest_rest{3600};
  Clock clock;
};

/// Requests wait for their turn, people's first, then playbooks', then automatic ones, each kind in
/// the order of its coming. Who cannot have a turn within his deadline is told so at once
/// (RateLimited). A Retry-After that one request got is kept by all.
///
/// As many wait as there are callers. The class is thread-safe.
class Throttle final : public Lookup {
 public:
  /// @param next must outlive this object
  Throttle(ThrottleOptions options, Lookup& next);

  [[nodiscard]] Outcome look_up(const Inquiry& inquiry, const net::Deadline& deadline) override;

 private:
  using Time = std::chrono::steady_clock::time_point;
  /// Purpose and number: the least goes first.
  using Ticket = std::pair<Purpose, std::uint64_t>;

  [[nodiscard]] std::optional<RateLimited> wait_for_turn(Purpose purpose,
                                                         const net::Deadline& deadline);
  [[nodiscard]] std::optional<RateLimited> wait_for_turn(std::unique_lock<std::mutex>& lock,
                                                         const Ticket& ticket,
                                                         const net::Deadline& deadline);
  void rest(std::chrono::seconds duration);

  const ThrottleOptions options_;
  const std::chrono::nanoseconds interval_;
  Lookup& next_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::set<Ticket> waiting_;
  std::uint64_t last_number_ = 0;
  Time next_turn_;
  Time rest_until_;
};

}  // namespace kaspersky
