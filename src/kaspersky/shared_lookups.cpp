#include "kaspersky/shared_lookups.hpp"

#include <fmt/format.h>

#include <optional>

namespace kaspersky {
namespace {

/// Maximum size of a shared answer. In bytes.
constexpr std::size_t longest_copied = std::size_t{256} * 1024;

std::string key_of(const Inquiry& inquiry) {
  return fmt::format("{} {} {}", name_of(inquiry.kind), inquiry.fresh ? "fresh" : "any",
                     inquiry.value);
}

/// Whether others may use the outcome: the leader's deadline did not end it early, and it is short
/// enough to be copied.
bool is_for_others(const Outcome& outcome, const net::Deadline& deadline) {
  return match(
      outcome, [](const Found& found) { return found.text.size() <= longest_copied; },
      [&](const Unavailable&) { return !deadline.passed(); },
      [](const one_of<NotFound, Skipped, RateLimited, QuotaExhausted, Refused, Rejected,
                      Malformed> auto&) { return true; });
}

}  // namespace

struct SharedLookups::Flight {
  Purpose purpose = Purpose::automatic;
  bool landed = false;
  bool on_hold = false;
  /// Nothing if the leader ended early, or the answer is too long to be shared.
  std::optional<Outcome> outcome = {};

  /// Whether the outcome would be the same for another caller.
  [[nodiscard]] bool serves(Purpose other, const net::Deadline& deadline) const {
    if (!outcome) return false;
    return match(
        *outcome,
        [&](const QuotaExhausted&) {
          return other != Purpose::manual || purpose == Purpose::manual;
        },
        [&](const RateLimited& limited) {
          return !limited.retry_after || *limited.retry_after >= deadline.remaining();
        },
        [](const one_of<Found, NotFound, Skipped, Refused, Rejected, Unavailable,
                        Malformed> auto&) { return true; });
  }
};

Outcome SharedLookups::look_up(const Inquiry& inquiry, const net::Deadline& deadline) {
  const auto key = key_of(inquiry);
  std::unique_lock lock(mutex_);
  while (true) {
    auto& place = flights_[key];
    if (!place) {
      place = std::make_shared<Flight>(Flight{.purpose = inquiry.purpose});
      const auto flight = place;
      lock.unlock();
      return lead(key, *flight, inquiry, deadline);
    }
    const auto flight = place;
    const bool patient = inquiry.purpose == Purpose::automatic;
    ++waiting_;
    const bool in_time = landed_.wait_for(lock, deadline.stop(), deadline.remaining(), [&] {
      return flight->landed || (flight->on_hold && !patient);
    });
    --waiting_;
    if (!in_time) {
      return Unavailable{.why = "the identical lookup in flight had no answer in time",
                         .transient = false};
    }
    if (!flight->landed) {
      lock.unlock();
      return next_.look_up(inquiry, deadline);
    }
    if (flight->serves(inquiry.purpose, deadline)) {
      joined_.add();
      return *flight->outcome;
    }
  }
}

std::size_t SharedLookups::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_;
}

Outcome SharedLookups::lead(const std::string& key, Flight& flight, const Inquiry& inquiry,
                            const net::Deadline& deadline) {
  try {
    auto observed = inquiry;
    observed.on_hold = [this, &flight] {
      const std::lock_guard lock(mutex_);
      flight.on_hold = true;
      landed_.notify_all();
    };
    auto outcome = next_.look_up(observed, deadline);
    land(key, flight, is_for_others(outcome, deadline) ? &outcome : nullptr);
    return outcome;
  } catch (...) {
    land(key, flight, nullptr);
    throw;
  }
}

void SharedLookups::land(const std::string& key, Flight& flight, const Outcome* outcome) {
  const std::lock_guard lock(mutex_);
  flight.landed = true;
  // In this order: if copying runs out of memory, no caller may wait for this flight.
  flights_.erase(key);
  landed_.notify_all();
  if (outcome != nullptr) flight.outcome = *outcome;
}

}  // namespace kaspersky
