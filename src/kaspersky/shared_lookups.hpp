// Lets concurrent equal lookups share one request.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "kaspersky/lookup.hpp"
#include "telemetry/metrics.hpp"

namespace kaspersky {

/// The first lookup is the leader; the others wait for its outcome, each within its own deadline.
/// If the leader's deadline or stop ended it early, one of the waiting lookups takes over. So does
/// a manual lookup that may use the reserve when the leader had no quota, and a lookup with more
/// time to wait for the end of a rate limit. Manual requests and playbooks do not wait for a leader
/// that waits until the service is back: they get the outcome that it is unavailable.
///
/// An answer of more than 256 KiB is not shared, because each copy would need as much memory: the
/// waiting lookups run one after the other.
///
/// The number of lookups in flight is limited by the number of callers. The class is thread-safe.
class SharedLookups final : public Lookup {
 public:
  /// @param next must outlive this object
  /// @param joined counts lookups that used the outcome of another one
  explicit SharedLookups(Lookup& next, telemetry::Counter joined = {})
      : next_(next), joined_(joined) {}

  [[nodiscard]] Outcome look_up(const Inquiry& inquiry, const net::Deadline& deadline) override;

  /// The number of lookups that wait for another one.
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
