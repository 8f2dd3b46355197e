// Lets concurrent jobs publish in order of arrival; with other replicas, not before older works of
// those.
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

/// The exchange with other replicas about works, ordered by their creation times on the platform in
/// milliseconds since 1970. Calls must not wait. Set all functions or none.
struct OtherReplicas {
  /// Sets the creation time of the oldest work that this replica has in hand.
  std::function<void(std::optional<std::int64_t>)> set_oldest = {};
  /// Returns that of the others; the largest number if they have none.
  std::function<std::int64_t()> oldest_of_others = {};
  /// Sets whether a result here waits for the others, so that they are checked often.
  std::function<void(bool)> wait_for_others = {};
  /// Maximum wait for the others: after it the result is sent as a late one.
  std::chrono::milliseconds longest_wait{10'000};
};

/// Bundles must be published in the order in which the platform created their works: it closes
/// every work that is older than the last reported work, and its workers then drop the objects of
/// the closed work silently (opencti-graphql: connectorManager.js).
///
/// leave() must be called exactly once for every drawn number, otherwise all later numbers are
/// blocked. It needs no memory. The class is thread-safe.
class PublishOrder final {
 public:
  /// @param on_moved called whenever a turn may have come, on the thread that let others pass
  explicit PublishOrder(std::function<void()> on_moved = [] {}) : on_moved_(std::move(on_moved)) {}

  /// From now on waits for others too; a default-constructed value ends that. Call recheck()
  /// whenever they may have moved.
  void share(OtherReplicas others);
  /// Other replicas may have let a turn come.
  void recheck();

  /// The next number: 0, 1, 2 …
  /// @param known creation time of its work by the platform's clock. Without it the number comes
  /// after all that were drawn: a time of another clock could put it before an earlier delivery of
  /// the same message, which it waits for, or behind all works for hours
  [[nodiscard]] std::uint64_t draw(std::optional<std::int64_t> known = std::nullopt);

  /// Whether all lower numbers have left. With other replicas: whether all older works have left,
  /// and the others have no older work, or have had it for too long.
  [[nodiscard]] bool reached(std::uint64_t number) const;

  /// Lets the others pass, whether this number's turn came or not.
  void leave(std::uint64_t number);

 private:
  /// Earlier than all works.
  static constexpr auto unknown = std::numeric_limits<std::int64_t>::min();

  [[nodiscard]] std::pair<std::int64_t, std::uint64_t> place(std::uint64_t number,
                                                             std::int64_t made) const;
  void report_oldest();
  [[nodiscard]] bool others_have_older(std::int64_t made) const;

  std::function<void()> on_moved_;
  mutable std::mutex mutex_;
  std::uint64_t next_ = 0;
  /// The creation time of the newest work that was drawn.
  std::int64_t newest_ = unknown;
  /// Numbers that have not left, with the creation times of their works.
  std::map<std::uint64_t, std::int64_t> inside_;
  /// The same in the order of turns: by number, or with other replicas by creation time and number.
  std::set<std::pair<std::int64_t, std::uint64_t>> turns_;
  OtherReplicas others_;
  /// Since when the first number has been waiting only for other replicas.
  mutable std::optional<std::chrono::steady_clock::time_point> waits_since_;
  /// Works of others up to this creation time are ignored, because the maximum wait for them has
  /// passed.
  mutable std::int64_t given_up_ = std::numeric_limits<std::int64_t>::min();
};

/// A drawn number that leaves automatically.
class Turn final {
 public:
  /// Draws the number.
  /// @param made as `known` of PublishOrder::draw()
  explicit Turn(PublishOrder& order, std::optional<std::int64_t> made = std::nullopt)
      : order_(order), number_(order.draw(made)) {}
  ~Turn() { leave(); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  [[nodiscard]] std::uint64_t number() const { return number_; }
  [[nodiscard]] bool reached() const { return order_.reached(number_); }
  /// Leaves before the end of the scope; a second call does nothing.
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
