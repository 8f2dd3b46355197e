// Lets those who ask the same at the same time share one lookup.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "kaspersky/lookup.hpp"
#include "telemetry/metrics.hpp"

namespace kaspersky {

/// The first to ask leads, the others wait for what it brings, each no longer than its own
/// deadline. When the leader's deadline or stop cut it short, one of those who wait takes over; so
/// does who has more quota than the leader, being a person, or more time to wait out a rate limit.
/// People and playbooks do not wait for one that waits for the service to come back: they are told
/// that it is away.
///
/// An answer of more than 256 KiB is not shared, since each copy would take as much memory: those
/// who wait ask one after the other.
///
/// As many lookups are under way as there are callers. The class is thread-safe.
class SharedLookups final : public Lookup {
 public:
  /// @param next must outlive this object
  /// @param joined counts those who did with the outcome of another
  explicit SharedLookups(Lookup& next, telemetry::Counter joined = {})
      : next_(next), joined_(joined) {}

  [[nodiscard]] Outcome look_up(const Inquiry& inquiry, const net::Deadline& deadline) override;

  /// How many wait for what another's lookup brings.
  [[nodiscard]] std::size_t waiting() const;

 private:
  struct Flight;
  [[nodiscard]] Outcome lead(const std::string& key, Flight& flight, const Inquiry& inquiry,
                             const net::Deadline& deadline);
  void land(const std::string& key, Flight& flight, const Outcome* outcome);

  Lookup& next_;
  const telemetry::Counter joined_;
  mutable std::mutex mutex_;
  std::condition_variable_any landed_;
  std::map<std::string, std::shared_ptr<Flight>> flights_;
  std::size_t waiting_ = 0;
};

}  // namespace kaspersky
