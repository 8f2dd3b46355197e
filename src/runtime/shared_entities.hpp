// What the platform has of the countries and sectors that answers name.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "enrichment/entities.hpp"
#include "opencti/platform.hpp"
#include "telemetry/log.hpp"

namespace runtime {

/// Remembers for ten minutes that an entity is there, and for seconds that it is not. Thread-safe.
class SharedEntities final {
 public:
  using Clock = std::chrono::steady_clock;

  /// @param platform must outlive this object
  explicit SharedEntities(opencti::Platform& platform) : platform_(platform) {}

  /// Fills in the standard ids. An entity that the platform could not be asked about is taken out,
  /// with a line in the log: sent unseen, it might rename what others made. After an outage no more
  /// is asked.
  /// @param deadline for all of them together
  /// @returns how many were taken out
  [[nodiscard]] std::size_t resolve(std::vector<enrichment::SharedEntity>& entities,
                                    const std::string& draft_id, const telemetry::Log& log,
                                    const net::Deadline& deadline);

 private:
  struct Remembered {
    /// Empty: the platform has none.
    std::string standard_id;
    Clock::time_point until;
  };

  [[nodiscard]] std::optional<std::string> recall(const std::string& key) const;
  void remember(const std::string& key, const std::string& standard_id);

  opencti::Platform& platform_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Remembered> remembered_;
};

}  // namespace runtime
