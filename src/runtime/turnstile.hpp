// Lets jobs that run side by side pass one point in the order in which they arrived.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <set>
#include <stop_token>

namespace runtime {

/// Bundles must be published in the order in which the platform created their works: it closes
/// every work older than the last one that was reported on, and its workers then drop that work's
/// objects without a word (opencti-graphql: connectorManager.js).
///
/// Every number drawn must be given back with leave() exactly once, or nobody behind it ever
/// passes. The class is thread-safe.
class Turnstile final {
 public:
  /// The next number: 0, 1, 2 …
  [[nodiscard]] std::uint64_t draw();

  /// Waits until all lower numbers have left. @returns false when the stop came first.
  [[nodiscard]] bool wait(std::uint64_t number, const std::stop_token& stop);

  /// Lets the others pass, whether this number waited for its turn or not.
  void leave(std::uint64_t number);

 private:
  std::mutex mutex_;
  std::condition_variable_any moved_;
  std::uint64_t drawn_ = 0;
  std::uint64_t turn_ = 0;
  /// Numbers above `turn_` that have left already.
  std::set<std::uint64_t> left_;
};

/// A drawn number that leaves by itself.
class Turn final {
 public:
  Turn(Turnstile& turnstile, std::uint64_t number) : turnstile_(turnstile), number_(number) {}
  ~Turn() { leave(); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  [[nodiscard]] bool wait(const std::stop_token& stop) { return turnstile_.wait(number_, stop); }
  /// Sooner than at the end of the scope; a second call does nothing.
  void leave() {
    if (!left_) turnstile_.leave(number_);
    left_ = true;
  }

 private:
  Turnstile& turnstile_;
  std::uint64_t number_;
  bool left_ = false;
};

}  // namespace runtime
