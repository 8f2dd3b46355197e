#include "kaspersky/throttle.hpp"

#include <algorithm>

namespace kaspersky {

Throttle::Throttle(ThrottleOptions options, Lookup& next)
    : options_(std::move(options)),
      interval_(options_.requests_per_second == 0
                    ? std::chrono::nanoseconds::zero()
                    : std::chrono::nanoseconds(std::chrono::seconds(1)) /
                          options_.requests_per_second),
      next_(next),
      next_turn_(options_.clock.steady()),
      rest_until_(next_turn_) {}

Outcome Throttle::look_up(const Inquiry& inquiry, const net::Deadline& deadline) {
  if (const auto limited = wait_for_turn(inquiry.purpose, deadline)) return *limited;
  auto outcome = next_.look_up(inquiry, deadline);
  if (const auto* limited = std::get_if<RateLimited>(&outcome)) {
    if (limited->retry_after) rest(*limited->retry_after);
  }
  return outcome;
}

std::optional<RateLimited> Throttle::wait_for_turn(Purpose purpose, const net::Deadline& deadline) {
  std::unique_lock lock(mutex_);
  const Ticket ticket{purpose, ++last_number_};
  waiting_.insert(ticket);
  // Whoever was the first so far may not be any more.
  changed_.notify_all();
  auto limited = wait_for_turn(lock, ticket, deadline);
  waiting_.erase(ticket);
  changed_.notify_all();
  return limited;
}

std::optional<RateLimited> Throttle::wait_for_turn(std::unique_lock<std::mutex>& lock,
                                                   const Ticket& ticket,
                                                   const net::Deadline& deadline) {
  const auto is_first = [&] { return *waiting_.begin() == ticket; };
  while (true) {
    const auto now = options_.clock.steady();
    const auto turn = std::max(next_turn_, rest_until_);
    const bool first = is_first();
    if (first && turn <= now) {
      next_turn_ = now + interval_;
      return std::nullopt;
    }
    const auto left = deadline.remaining();
    if (turn - now > left || left == left.zero()) {
      return RateLimited{
          std::max(std::chrono::ceil<std::chrono::seconds>(turn - now), std::chrono::seconds(1))};
    }
    const auto wait = first ? std::min<std::chrono::nanoseconds>(turn - now, left) : left;
    changed_.wait_for(lock, deadline.stop(), wait,
                      [&] { return is_first() != first || rest_until_ > turn; });
  }
}

void Throttle::rest(std::chrono::seconds duration) {
  const std::lock_guard lock(mutex_);
  rest_until_ =
      std::max(rest_until_, options_.clock.steady() + std::min(duration, options_.longest_rest));
  changed_.notify_all();
}

}  // namespace kaspersky
