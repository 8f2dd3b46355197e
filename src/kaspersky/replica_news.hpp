// What replicas tell each other of the service: that it does not answer, that it wants a rest, and
// whose turn it is.
#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "kaspersky/breaker.hpp"
#include "kaspersky/shared_pace.hpp"
#include "kaspersky/throttle.hpp"
#include "storage/replicas.hpp"

namespace kaspersky {

/// Ties a breaker and a throttle to those of other replicas. With no others all that it gives is
/// empty.
class ReplicaNews final {
 public:
  /// @param shared nullptr: there are no others; must outlive this object
  ReplicaNews(const storage::Shared* shared, int requests_per_second);
  /// Nothing is heard any more when this returns.
  ~ReplicaNews();
  ReplicaNews(const ReplicaNews&) = delete;
  ReplicaNews& operator=(const ReplicaNews&) = delete;

  // For the options of both.
  [[nodiscard]] std::function<std::chrono::nanoseconds()> reserve();
  [[nodiscard]] std::function<void(std::chrono::nanoseconds)> tell_rest();
  [[nodiscard]] std::function<void(const BreakerNews&)> tell_breaker();

  /// From now on they hear what others tell. Both must outlive stop().
  void listen(Breaker& breaker, Throttle& throttle);
  void stop();

 private:
  storage::Replicas* replicas_;
  std::optional<SharedPace> pace_;
};

}  // namespace kaspersky
