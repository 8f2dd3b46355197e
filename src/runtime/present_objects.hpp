// Looks up which objects of enrichments the platform has.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "opencti/client/platform.hpp"
#include "source/fit_to_platform.hpp"
#include "telemetry/log.hpp"

namespace runtime {

/// Queries in pages. Existing countries, sectors and organisations are cached for ten minutes;
/// other objects, existing or not, for five seconds; maximum 20,000 entries and 8 MiB. Thread-safe.
class PresentObjects final {
 public:
  using Clock = std::chrono::steady_clock;

  /// The number of objects per request.
  static constexpr std::size_t page = 200;

  /// @param platform must outlive this object
  explicit PresentObjects(opencti::Platform& platform,
                          std::function<Clock::time_point()> now = Clock::now)
      : platform_(platform), now_(std::move(now)) {}

  /// Sends one request per page of ids that are not cached. A page whose query failed is missing in
  /// the result, and the failure is logged, except if the draft was deleted. After that, or after
  /// an outage, no further page is queried.
  /// @param ids without duplicates
  /// @param deadline for all of them together
  [[nodiscard]] source::Present look_up(const std::vector<std::string>& ids,
                                        const opencti::DraftId& draft_id, const telemetry::Log& log,
                                        const net::Deadline& deadline);

 private:
  using Found = std::shared_ptr<const stix::PresentObject>;
  struct Remembered {
    Found object;
    Clock::time_point until;
  };

  /// Takes objects from the cache. @returns the ids to query
  [[nodiscard]] std::vector<std::string> recall(const std::vector<std::string>& ids,
                                                const opencti::DraftId& draft_id,
                                                source::Present& present) const;
  void remember(std::span<const std::string> ids, const opencti::DraftId& draft_id,
                const source::Present& present);

  opencti::Platform& platform_;
  const std::function<Clock::time_point()> now_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Remembered> remembered_;
  /// The size of all entries, as if each had its own object.
  std::size_t remembered_bytes_ = 0;
};

}  // namespace runtime
