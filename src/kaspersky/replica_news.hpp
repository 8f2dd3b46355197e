// What replicas exchange about the service: breaker changes, rate limits, and the pace of requests.
#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "kaspersky/breaker.hpp"
#include "kaspersky/shared_pace.hpp"
#include "kaspersky/throttle.hpp"
#include "storage/replicas.hpp"

namespace kaspersky {

/// Connects a breaker and a throttle to those of other replicas. Without replicas all functions
/// that it returns are empty.
class ReplicaNews final {
 public:
  /// @param shared nullptr: without replicas; otherwise must outlive this object
  ReplicaNews(const storage::Shared* shared, int requests_per_second);
  /// When this returns, no callback is running.
  ~ReplicaNews();
  ReplicaNews(const ReplicaNews&) = delete;
  ReplicaNews& operator=(const ReplicaNews&) = delete;

  // Functions for the options of throttle and breaker.
  [[nodiscard]] std::function<std::chrono::nanoseconds()> reserve();
  [[nodiscard]] std::function<void(std::chrono::nanoseconds)> announce_pause();
  [[nodiscard]] std::function<void(const BreakerNews&)> announce_breaker();

  /// Passes notes of other replicas to both from now on, until stop(), which both must outlive.
  void subscribe(Breaker& breaker, Throttle& throttle);
  void stop();

 private:
  storage::Replicas* replicas_;
  std::optional<SharedPace> pace_;
};

}  // namespace kaspersky
