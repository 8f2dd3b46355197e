// Lets jobs that run side by side pass one point in the order in which they arrived; and, where
// there are other replicas, not before what those have in hand that is older.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

namespace runtime {

/// What replicas know of each other's works, which are ordered by when the platform made them, in
/// milliseconds since 1970. Calls must not wait. All or none is set.
struct OtherReplicas {
  /// The oldest work that this replica has in hand.
  std::function<void(std::optional<std::int64_t>)> set_oldest = {};
  /// That of the others; the largest number where they have none.
  std::function<std::int64_t()> oldest_of_others = {};
  /// Whether something here waits for the others, so that they are to be looked at often.
  std::function<void(bool)> wait_for_others = {};
  /// After so long nothing waits for them any more: a result then goes out as one that comes late.
  std::chrono::milliseconds longest_wait{10'000};
};

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

  /// From now on others are waited for; nothing set: no more. A turn may come with any of their
  /// moves: look() then.
  void share(OtherReplicas others);
  /// Others may have moved.
  void look();

  /// The next number: 0, 1, 2 …
  /// @param known when its work was made, by the platform's clock. Where that is unknown, its turn
  /// comes after all that were drawn before: a time of another clock could put it before a delivery
  /// of the same message that it waits for, or behind all works for hours
  [[nodiscard]] std::uint64_t draw(std::optional<std::int64_t> known = std::nullopt);

  /// Whether all lower numbers have left; where there are others, whether all older works have, and
  /// they have nothing older, or have had it for too long.
  [[nodiscard]] bool reached(std::uint64_t number) const;

  /// Lets the others pass, whether this number's turn came or not.
  void leave(std::uint64_t number);

 private:
  /// Earlier than all works.
  static constexpr auto unknown = std::numeric_limits<std::int64_t>::min();

  [[nodiscard]] std::pair<std::int64_t, std::uint64_t> place(std::uint64_t number,
                                                             std::int64_t made) const;
  void tell_oldest();
  [[nodiscard]] bool others_have_older(std::int64_t made) const;

  std::function<void()> on_moved_;
  mutable std::mutex mutex_;
  std::uint64_t next_ = 0;
  /// When the newest of all works that were drawn was made.
  std::int64_t newest_ = unknown;
  /// Of those that have not left, and when their works were made.
  std::map<std::uint64_t, std::int64_t> inside_;
  /// The same in the order of their turns, the first of which it is: by number alone, where there
  /// are no others, or first by when the works were made.
  std::set<std::pair<std::int64_t, std::uint64_t>> turns_;
  OtherReplicas others_;
  /// Since when the first has waited for others only.
  mutable std::optional<std::chrono::steady_clock::time_point> waits_since_;
  /// What others have that was waited for in vain, and is waited for no more.
  mutable std::int64_t given_up_ = std::numeric_limits<std::int64_t>::min();
};

/// A drawn number that leaves by itself.
class Turn final {
 public:
  /// Draws it.
  /// @param made as in PublishOrder::draw()
  explicit Turn(PublishOrder& order, std::optional<std::int64_t> made = std::nullopt)
      : order_(order), number_(order.draw(made)) {}
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
