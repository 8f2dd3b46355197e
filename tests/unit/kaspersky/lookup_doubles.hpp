// Fakes of Kaspersky and of clocks, for tests of the lookup chain.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "kaspersky/answer.hpp"
#include "kaspersky/clock.hpp"
#include "kaspersky/lookup.hpp"
#include "support/wait_until.hpp"

namespace kaspersky::fakes {

/// Returns scripted outcomes in order, and repeats the last one; records inquiries. Lookups of held
/// values wait until the value is released. Thread-safe.
class ScriptedLookup final : public Lookup {
 public:
  explicit ScriptedLookup(std::deque<Outcome> outcomes = {NotFound{}})
      : outcomes_(std::move(outcomes)) {}

  Outcome look_up(const Inquiry& inquiry, const net::Deadline& deadline) override {
    std::unique_lock lock(mutex_);
    asked_.push_back(inquiry);
    released_.wait_for(lock, deadline.stop(), deadline.remaining(),
                       [&] { return !held_.contains(inquiry.value); });
    if (held_.contains(inquiry.value)) {
      return Unavailable{.why = "cut short", .transient = !deadline.stopped()};
    }
    auto outcome = outcomes_.front();
    if (outcomes_.size() > 1) outcomes_.pop_front();
    return outcome;
  }

  void answer(std::deque<Outcome> outcomes) {
    const std::lock_guard lock(mutex_);
    outcomes_ = std::move(outcomes);
  }
  void hold(const std::string& value) {
    const std::lock_guard lock(mutex_);
    held_.insert(value);
  }
  void release(const std::string& value) {
    const std::lock_guard lock(mutex_);
    held_.erase(value);
    released_.notify_all();
  }

  [[nodiscard]] std::vector<Inquiry> inquiries() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  [[nodiscard]] std::size_t calls() const {
    const std::lock_guard lock(mutex_);
    return asked_.size();
  }
  /// The values that were looked up, in order.
  [[nodiscard]] std::vector<std::string> values() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> values;
    for (const auto& inquiry : asked_) values.push_back(inquiry.value);
    return values;
  }
  [[nodiscard]] bool asked(std::size_t times) const {
    return support::wait_until([&] { return calls() >= times; });
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable_any released_;
  std::set<std::string> held_;
  std::deque<Outcome> outcomes_;
  std::vector<Inquiry> asked_;
};

/// A wall clock and a steady clock that move only when a test moves them. Thread-safe.
class FakeClock final {
 public:
  /// Starts at 2026-03-01 12:00 UTC.
  std::chrono::system_clock::time_point now() const {
    const std::lock_guard lock(mutex_);
    return wall_;
  }
  /// Moves both clocks, as if time passed.
  void advance(std::chrono::milliseconds duration) {
    const std::lock_guard lock(mutex_);
    wall_ += duration;
    steady_ += duration;
  }
  /// Moves the wall clock only, as if an administrator set it.
  void set(std::chrono::milliseconds difference) {
    const std::lock_guard lock(mutex_);
    wall_ += difference;
  }

  [[nodiscard]] WallClock wall() {
    return [this] { return now(); };
  }
  [[nodiscard]] Clock clock() {
    return {.wall = wall(), .steady = [this] {
              const std::lock_guard lock(mutex_);
              return steady_;
            }};
  }

 private:
  mutable std::mutex mutex_;
  std::chrono::system_clock::time_point wall_ =
      std::chrono::sys_days(std::chrono::year(2026) / 3 / 1) + std::chrono::hours(12);
  std::chrono::steady_clock::time_point steady_ = std::chrono::steady_clock::now();
};

inline Inquiry about(std::string value, Purpose purpose = Purpose::automatic) {
  return {.kind = ObjectKind::domain, .value = std::move(value), .purpose = purpose};
}

inline net::Deadline soon(std::chrono::milliseconds duration = std::chrono::seconds(20)) {
  return net::Deadline::after(duration);
}

/// The outcome that the client makes of this answer.
inline Found found(const std::string& text) {
  return {read_answer(nlohmann::json::parse(text)).value(), text};
}
inline Found found_in(const std::string& zone) { return found(R"({"Zone": ")" + zone + R"("})"); }

template <class T>
[[nodiscard]] bool is(const Outcome& outcome) {
  return std::holds_alternative<T>(outcome);
}

}  // namespace kaspersky::fakes
