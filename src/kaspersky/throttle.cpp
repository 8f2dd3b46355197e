#include "kaspersky/throttle.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace kaspersky {
namespace {

/// A request may use its slot until this long after it.
constexpr std::chrono::seconds longest_late{1};

}  // namespace

Throttle::Throttle(ThrottleOptions options, Lookup& next)
    : options_(std::move(options)),
      interval_(options_.requests_per_second == 0
                    ? std::chrono::nanoseconds::zero()
                    : std::chrono::nanoseconds(std::chrono::seconds(1)) /
                          options_.requests_per_second),
      next_(next),
      next_turn_(options_.clock.steady()),
      paused_until_(next_turn_),
      backoff_since_(next_turn_),
      backoff_until_(next_turn_) {}

Outcome Throttle::look_up(const Inquiry& inquiry, const net::Deadline& deadline) {
  const auto began = wait_for_turn(inquiry.purpose, deadline);
  if (!began) return began.error();
  auto outcome = next_.look_up(inquiry, deadline);
  learn(outcome, *began);
  return outcome;
}

std::size_t Throttle::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

std::chrono::nanoseconds Throttle::remaining_pause() const {
  const std::lock_guard lock(mutex_);
  const std::chrono::nanoseconds left =
      std::max(paused_until_, backoff_until_) - options_.clock.steady();
  return std::max(left, std::chrono::nanoseconds::zero());
}

auto Throttle::wait_for_turn(Purpose purpose, const net::Deadline& deadline)
    -> tl::expected<Time, RateLimited> {
  std::unique_lock lock(mutex_);
  const Ticket ticket{purpose, ++last_number_};
  waiting_.insert(ticket);
  // Another request may be first now.
  changed_.notify_all();
  auto began = wait_for_turn(lock, ticket, deadline);
  waiting_.erase(ticket);
  changed_.notify_all();
  return began;
}

auto Throttle::wait_for_turn(std::unique_lock<std::mutex>& lock, const Ticket& ticket,
                             const net::Deadline& deadline) -> tl::expected<Time, RateLimited> {
  const auto is_first = [&] { return *waiting_.begin() == ticket; };
  while (true) {
    const auto now = options_.clock.steady();
    const auto at = turn();
    const bool first = is_first();
    if (first && at <= now) {
      if (!has_slot(lock)) continue;
      if (!options_.reserve) next_turn_ = now + interval_;
      if (backoff_ != backoff_.zero()) {
        backoff_until_ = now + std::min(backoff_, options_.probe_timeout);
      }
      return now;
    }
    const auto left = deadline.remaining();
    if (at - now > left || left == left.zero()) {
      return tl::unexpected(RateLimited{
          std::max(std::chrono::ceil<std::chrono::seconds>(at - now), std::chrono::seconds(1))});
    }
    const auto wait = first ? std::min<std::chrono::nanoseconds>(at - now, left) : left;
    changed_.wait_for(lock, deadline.stop(), wait,
                      [&] { return is_first() != first || turn() != at; });
  }
}

bool Throttle::has_slot(std::unique_lock<std::mutex>& lock) {
  if (!options_.reserve) return true;
  if (reserving_) {
    changed_.wait(lock, [this] { return !reserving_; });
    return false;
  }
  // An old slot, which was not used or fell into a pause, does not consider the others' requests
  // since.
  const auto late = options_.clock.steady() - next_turn_;
  if (std::exchange(reserved_, false) && late < longest_late) return true;
  reserving_ = true;
  lock.unlock();
  auto wait = interval_;
  try {
    wait = options_.reserve();
  } catch (const std::exception&) {
    // Others must not wait for this reservation: continue as after a normal interval.
    wait = interval_;
  }
  lock.lock();
  reserving_ = false;
  reserved_ = true;
  next_turn_ = options_.clock.steady() + wait;
  changed_.notify_all();
  return false;
}

Throttle::Time Throttle::turn() const {
  return std::max({next_turn_, paused_until_, backoff_until_});
}

void Throttle::learn(const Outcome& outcome, Time began) {
  const std::lock_guard lock(mutex_);
  match(
      outcome, [&](const RateLimited& limited) { learn_of_limit(limited, began); },
      [](const one_of<QuotaExhausted, Skipped> auto&) { /* no request was sent */ },
      [&](const one_of<Found, NotFound, Refused, Rejected, Unavailable, Malformed> auto&) {
        if (began <= backoff_since_) return;
        backoff_ = backoff_.zero();
        backoff_until_ = options_.clock.steady();
      });
  changed_.notify_all();
}

void Throttle::learn_of_limit(const RateLimited& limited, Time began) {
  const auto now = options_.clock.steady();
  if (limited.retry_after) {
    paused_until_ =
        std::max(paused_until_, now + std::min(*limited.retry_after, options_.longest_pause));
    if (options_.announce_pause) options_.announce_pause(paused_until_ - now);
    return;
  }
  // Rate limits of requests that were in flight together count once.
  if (backoff_ != backoff_.zero() && began <= backoff_since_) return;
  backoff_ = backoff_ == backoff_.zero() ? options_.backoff
                                         : std::min(backoff_ * 2, options_.longest_backoff);
  backoff_since_ = now;
  backoff_until_ = now + backoff_;
  if (options_.announce_pause) options_.announce_pause(backoff_);
}

void Throttle::pause_for(std::chrono::nanoseconds left) {
  const std::lock_guard lock(mutex_);
  const std::chrono::nanoseconds longest = options_.longest_pause;
  paused_until_ = std::max(paused_until_, options_.clock.steady() + std::min(left, longest));
  changed_.notify_all();
}

}  // namespace kaspersky
