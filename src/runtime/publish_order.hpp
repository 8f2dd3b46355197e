// Lets jobs that run side by side pass one point in the order in which they arrived.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <set>

namespace runtime {

/// Bundles must be published in the order in which the platform created their works: it closes
/// every work older than the last one that was reported on, and its workers then drop that work's
/// objects without a word (opencti-graphql: connectorManager.js).
///
/// Every number drawn must be given back with leave() exactly once, or nobody behind it ever
/// passes. Leaving needs no memory. The class is thread-safe.
class PublishOrder final {
 public:
  /// @param on_moved called, on the thread that let others pass, whenever a turn may have come.
  explicit PublishOrder(std::function<void()> on_moved = [] {}) : on_moved_(std::move(on_moved)) {}

  /// The next number: 0, 1, 2 …
  [[nodiscard]] std::uint64_t draw();

  /// Whether all lower numbers have left.
  [[nodiscard]] bool reached(std::uint64_t number) const;

  /// Lets the others pass, whether this number's turn came or not.
  void leave(std::uint64_t number);

 private:
  std::function<void()> on_moved_;
  mutable std::mutex mutex_;
  std::uint64_t next_ = 0;
  /// Numbers that have not left; it is the turn of the lowest.
  std::set<std::uint64_t> inside_;
};

/// A drawn number that leaves by itself.
class Turn final {
 public:
  /// Draws it.
  explicit Turn(PublishOrder& order) : order_(order), number_(order.draw()) {}
  ~Turn() { leave(); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  [[nodiscard]] std::uint64_t number() const { return number_; }
  [[nodiscard]] bool reached() const { return order_.reached(number_); }
  /// Sooner than at the end of the scope; a second call does nothing.
  void leave() {
    if (!left_) order_.leave(number_);
    left_ = true;
  }

 private:
  PublishOrder& order_;
  std::uint64_t number_;
  bool left_ = false;
};

}  // namespace runtime
