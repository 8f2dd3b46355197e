// What the platform has of the objects that enrichments name.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "opencti/client/platform.hpp"
#include "source/beside.hpp"
#include "telemetry/log.hpp"

namespace runtime {

/// Asks in pages. A country, sector or organisation that is there is remembered for ten minutes,
/// everything else, there or not, for five seconds: 20,000 answers at most. Thread-safe.
class PresentObjects final {
 public:
  using Clock = std::chrono::steady_clock;

  /// As many objects are asked for in one request.
  static constexpr std::size_t page = 200;

  /// @param platform must outlive this object
  explicit PresentObjects(opencti::Platform& platform,
                          std::function<Clock::time_point()> now = Clock::now)
      : platform_(platform), now_(std::move(now)) {}

  /// Makes one request for each page of ids that are not remembered; none for no ids. A page that
  /// the platform could not be asked for is missing in the result, with a line in the log, but for
  /// a draft that is gone. After that, or after an outage, no more is asked.
  /// @param ids each once
  /// @param deadline for all of them together
  [[nodiscard]] source::Present look_up(const std::vector<std::string>& ids,
                                        const opencti::DraftId& draft_id, const telemetry::Log& log,
                                        const net::Deadline& deadline);

 private:
  using Found = std::optional<stix::PresentObject>;
  struct Remembered {
    Found object;
    Clock::time_point until;
  };

  /// Takes what is remembered. @returns the ids that have to be asked for
  [[nodiscard]] std::vector<std::string> recall(const std::vector<std::string>& ids,
                                                const opencti::DraftId& draft_id,
                                                source::Present& present) const;
  void remember(std::span<const std::string> ids, const opencti::DraftId& draft_id,
                const source::Present& present);

  opencti::Platform& platform_;
  const std::function<Clock::time_point()> now_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Remembered> remembered_;
};

}  // namespace runtime
