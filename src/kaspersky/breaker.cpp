#include "kaspersky/breaker.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "text/time.hpp"

namespace kaspersky {
namespace {

std::string shown(std::chrono::system_clock::time_point moment) {
  return text::seconds(moment) + " UTC";
}

}  // namespace

Breaker::Breaker(BreakerOptions options, Lookup& next, telemetry::Log log)
    : options_(std::move(options)), next_(next), log_(std::move(log)) {}

BreakerState Breaker::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

BreakerReport Breaker::report() const {
  const std::lock_guard lock(mutex_);
  if (state_ == BreakerState::closed) return {};
  return {.state = state_,
          .refused = fault_.cause == Cause::refused,
          .to_be_tried = state_ == BreakerState::open && options_.clock.steady() >= fault_.until,
          .problem = problem()};
}

Outcome Breaker::look_up(const Inquiry& inquiry, const net::Deadline& deadline) {
  auto admission = admit(inquiry, deadline);
  if (admission.instead) return std::move(*admission.instead);
  auto admitted = inquiry;
  // A probe finds out whether the service answers at all.
  if (admission.probe) admitted.hedged = false;
  try {
    auto outcome = next_.look_up(admitted, deadline);
    settle(outcome, admission.probe, deadline);
    return outcome;
  } catch (...) {
    if (admission.probe) probe_over();
    throw;
  }
}

void Breaker::stop_waiting() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  ++changes_;
  changed_.notify_all();
}

Breaker::Admission Breaker::admit(const Inquiry& inquiry, const net::Deadline& deadline) {
  std::unique_lock lock(mutex_);
  std::optional<net::Deadline> patience;
  while (state_ != BreakerState::closed) {
    if (state_ == BreakerState::open && options_.clock.steady() >= fault_.until) {
      state_ = BreakerState::probing;
      log_.info("Sending a probe to Kaspersky");
      return {.instead = {}, .probe = true};
    }
    if (!worth_waiting(inquiry, deadline)) return {.instead = rejection()};
    if (stopping_) {
      return {.instead = Unavailable{.why = "stopping", .transient = false, .deferred = true}};
    }
    if (!patience) {
      const bool to_the_end = waiting_ < options_.max_waiting;
      patience = to_the_end ? deadline : deadline.within(options_.short_wait);
      if (inquiry.on_hold) inquiry.on_hold();
    }
    if (patience->passed()) return {.instead = rejection()};
    wait(lock, *patience);
  }
  return {};
}

bool Breaker::worth_waiting(const Inquiry& inquiry, const net::Deadline& deadline) const {
  const auto left = deadline.remaining();
  return inquiry.purpose == Purpose::automatic && fault_.cause == Cause::unavailable &&
         left > left.zero() &&
         (state_ == BreakerState::probing || fault_.until - options_.clock.steady() < left);
}

void Breaker::wait(std::unique_lock<std::mutex>& lock, const net::Deadline& patience) {
  std::chrono::nanoseconds longest = patience.remaining();
  if (state_ == BreakerState::open) {
    longest = std::min<std::chrono::nanoseconds>(longest, fault_.until - options_.clock.steady());
  }
  ++waiting_;
  changed_.wait_for(lock, patience.stop(), longest,
                    [this, before = changes_] { return changes_ != before; });
  --waiting_;
}

Outcome Breaker::rejection() const {
  if (fault_.cause == Cause::refused) return Refused{problem()};
  return Unavailable{.why = problem(), .transient = false};
}

std::string Breaker::problem() const {
  auto again = fmt::format("the next one is sent at {}", shown(fault_.next_probe));
  if (state_ == BreakerState::probing) {
    again = "one is in flight now";
  } else if (options_.clock.steady() >= fault_.until) {
    again = "the next one is sent with the next lookup";
  }
  if (fault_.cause == Cause::refused) {
    return fmt::format("{}. No requests have been sent since {}; {}", fault_.why,
                       shown(fault_.since), again);
  }
  return fmt::format("it does not answer ({}). No requests have been sent since {}; {}", fault_.why,
                     shown(fault_.since), again);
}

void Breaker::settle(const Outcome& outcome, bool probe, const net::Deadline& deadline) {
  const auto learn_nothing = [&] {
    if (probe) probe_over();
  };
  const auto learn = [&](const auto& change) {
    const std::lock_guard lock(mutex_);
    // Outcomes of requests that were sent before it opened are ignored.
    if (probe || state_ == BreakerState::closed) change();
  };
  match(
      outcome,
      // A rate limit may come from our own throttle, so it is not an outcome of the service either.
      [&](const one_of<QuotaExhausted, Skipped, RateLimited> auto&) { learn_nothing(); },
      [&](const Refused& refused) { learn([&] { open(Cause::refused, refused.why); }); },
      [&](const Unavailable& unavailable) {
        // With more time, or more memory of our own, there might have been an answer.
        if (unavailable.lost || unavailable.deferred || deadline.passed()) return learn_nothing();
        learn([&] {
          if (probe || count_failure()) open(Cause::unavailable, unavailable.why);
        });
      },
      [&](const one_of<Found, NotFound, Rejected, Malformed> auto&) { learn([&] { close(); }); });
}

bool Breaker::count_failure() {
  const auto now = options_.clock.steady();
  if (failures_ == 0) failing_since_ = now;
  return ++failures_ >= options_.failures && now - failing_since_ >= options_.failing_for;
}

void Breaker::probe_over() {
  const std::lock_guard lock(mutex_);
  // The pause is over: the next request is a probe.
  state_ = BreakerState::open;
  ++changes_;
  changed_.notify_all();
}

void Breaker::open(Cause cause, const std::string& why) {
  const bool again = state_ == BreakerState::probing && fault_.cause == cause;
  const auto& pauses = cause == Cause::refused ? options_.refused : options_.unavailable;
  const auto now = options_.clock.wall();
  fault_.pause = again ? std::min(fault_.pause * 2, pauses.longest) : pauses.first;
  if (!again) fault_.since = now;
  fault_.cause = cause;
  fault_.why = why;
  fault_.next_probe = now + fault_.pause;
  fault_.until = options_.clock.steady() + fault_.pause;
  state_ = BreakerState::open;
  opened_by_news_ = false;
  const bool refused = cause == Cause::refused;
  log_.line(again ? telemetry::Level::info : telemetry::Level::error,
            refused ? "Kaspersky rejects requests, sending none for now"
                    : "Kaspersky does not answer, sending no requests for now",
            {{"reason", why},
             {"since", shown(fault_.since)},
             {"next", shown(fault_.next_probe)},
             {"advice", refused ? "check KASPERSKY_API_KEY and the account in TIP, then restart"
                                : "check the connection to Kaspersky: KASPERSKY_API_BASE_URL, "
                                  "HTTPS_PROXY, HTTPS_CA_CERTIFICATES"}});
  ++changes_;
  changed_.notify_all();
  announce();
}

void Breaker::announce() const {
  if (!options_.announce) return;
  if (state_ == BreakerState::closed) return options_.announce({});
  options_.announce({.open = true,
                     .refused = fault_.cause == Cause::refused,
                     .why = fault_.why,
                     .pause = fault_.pause});
}

void Breaker::on_news(const BreakerNews& news) {
  const std::lock_guard lock(mutex_);
  // The outcome of our own probe in flight will be newer.
  if (state_ == BreakerState::probing) return;
  if (news.open && state_ == BreakerState::closed) {
    const auto now = options_.clock.wall();
    // If our probe fails too, its pause is as long as that of the other replica.
    const auto pause = std::chrono::ceil<std::chrono::seconds>(news.pause / 2);
    fault_ = {.cause = news.refused ? Cause::refused : Cause::unavailable,
              .why = news.why,
              .since = now,
              .next_probe = now,
              .until = options_.clock.steady(),
              .pause = std::min(pause, options_.unavailable.longest)};
    state_ = BreakerState::open;
    opened_by_news_ = true;
    log_.info("Another replica gets no answer from Kaspersky, sending a probe first",
              {{"reason", news.why}});
  } else if (!news.open && state_ == BreakerState::open) {
    fault_.until = options_.clock.steady();
  } else {
    return;
  }
  ++changes_;
  changed_.notify_all();
}

void Breaker::close() {
  failures_ = 0;
  if (state_ == BreakerState::closed) return;
  state_ = BreakerState::closed;
  log_.info("Kaspersky answers again", {{"since", shown(fault_.since)}});
  ++changes_;
  changed_.notify_all();
  // If only another replica could not reach the service, our success does not mean that it can now.
  if (!std::exchange(opened_by_news_, false)) announce();
}

}  // namespace kaspersky
