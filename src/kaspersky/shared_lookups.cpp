#include "kaspersky/shared_lookups.hpp"

#include <fmt/format.h>

#include <optional>

namespace kaspersky {
namespace {

/// Of an answer that others share. In bytes.
constexpr std::size_t longest_copied = std::size_t{256} * 1024;

std::string key_of(const Inquiry& inquiry) {
  return fmt::format("{} {} {}", name_of(inquiry.kind), inquiry.fresh ? "fresh" : "any",
                     inquiry.value);
}

}  // namespace

struct SharedLookups::Flight {
  Purpose purpose = Purpose::automatic;
  bool landed = false;
  bool on_hold = false;
  /// Nothing when the leader was cut short, or the answer is too long to be shared.
  std::optional<Outcome> outcome = {};

  /// Whether the outcome would be the same for another who asks.
  [[nodiscard]] bool serves(Purpose other, const net::Deadline& deadline) const {
    if (!outcome) return false;
    if (std::holds_alternative<QuotaSpent>(*outcome)) {
      return other != Purpose::manual || purpose == Purpose::manual;
    }
    const auto* limited = std::get_if<RateLimited>(&*outcome);
    return limited == nullptr || !limited->retry_after ||
           *limited->retry_after >= deadline.remaining();
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
      return Unavailable{.why = "no answer to the same question came in time", .passing = false};
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
    const bool cut_short = std::holds_alternative<Unavailable>(outcome) && deadline.passed();
    land(key, flight, cut_short ? nullptr : &outcome);
    return outcome;
  } catch (...) {
    land(key, flight, nullptr);
    throw;
  }
}

void SharedLookups::land(const std::string& key, Flight& flight, const Outcome* outcome) {
  const std::lock_guard lock(mutex_);
  flight.landed = true;
  // In this order: copying may run out of memory, and nobody must wait for this flight then.
  flights_.erase(key);
  landed_.notify_all();
  if (outcome == nullptr) return;
  const auto* found = std::get_if<Found>(outcome);
  if (found == nullptr || found->text.size() <= longest_copied) flight.outcome = *outcome;
}

}  // namespace kaspersky
