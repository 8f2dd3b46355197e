// Compares this host's clock with the clocks of servers, which each HTTP response names.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace net {

/// Two clocks at one moment.
struct ClockReading {
  std::chrono::sys_seconds server;
  std::chrono::system_clock::time_point here;
  /// How far this host's clock is ahead of the server's; negative if it is behind. Zero if the time
  /// that the request took explains the difference.
  std::chrono::seconds ahead{0};

  /// Whether the difference is more than a minute.
  [[nodiscard]] bool wrong() const;
};

struct ClockWatchOptions {
  /// Called with the first reading that is wrong, and again after `again_after` if one still is.
  /// From any thread, one call at a time; may be empty.
  std::function<void(const ClockReading&)> report = {};
  std::chrono::hours again_after{24};
  std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
};

/// The class is thread-safe.
class ClockWatch final {
 public:
  explicit ClockWatch(ClockWatchOptions options = {}) : options_(std::move(options)) {}

  /// A response had this date.
  /// @param sent when its request was sent, by this host's clock
  /// @param received when the response was complete, by this host's clock
  void note(std::chrono::sys_seconds date, std::chrono::system_clock::time_point sent,
            std::chrono::system_clock::time_point received);

  /// The last reading; nothing before the first.
  [[nodiscard]] std::optional<ClockReading> last() const;

 private:
  const ClockWatchOptions options_;
  mutable std::mutex mutex_;
  std::optional<ClockReading> last_;
  std::optional<std::chrono::steady_clock::time_point> reported_;
};

/// The difference for people: `4 minutes behind`, `3 hours ahead of`.
[[nodiscard]] std::string difference_text(const ClockReading& reading);

/// Both times for people: `2026-11-30 21:35:10 here, 2026-11-30 21:41:02 there (UTC)`.
[[nodiscard]] std::string both_times(const ClockReading& reading);

}  // namespace net
