// Recent events for the status page: bounded, in memory, lost at the end.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/observer.hpp"
#include "source/outcome.hpp"
#include "telemetry/log.hpp"

namespace monitoring {

/// Thread-safe. Texts are converted to valid UTF-8, and cut if they are long.
class Journal final : public runtime::Observer {
 public:
  using Time = std::chrono::system_clock::time_point;

  static constexpr std::size_t enrichments_kept = 50;
  static constexpr std::size_t troubles_kept = 20;
  static constexpr std::size_t minutes_kept = 60;
  /// The end of a text that was cut.
  static constexpr std::string_view ellipsis = "…";

  struct Minute {
    Time begins;
    std::uint32_t done = 0;
    std::uint32_t failed = 0;
  };
  /// A warning or an error of the log, and its repetitions.
  struct Trouble {
    Time first;
    Time last;
    std::uint64_t count = 0;
    bool error = false;
    std::string message;
    std::string reason;
    std::string advice;
  };
  /// Durations of the last enrichments, from delivery on.
  struct Latency {
    /// The number of enrichments; if zero, the other members are meaningless.
    std::size_t count = 0;
    std::chrono::milliseconds median{0};
    std::chrono::milliseconds p95{0};
    std::chrono::milliseconds p99{0};
    std::chrono::milliseconds longest{0};
  };
  struct Contents {
    /// The newest first, like the troubles.
    std::vector<runtime::Ended> enrichments;
    /// The oldest first, one per minute of the last hour; the last is the current minute.
    std::vector<Minute> minutes;
    /// Since the start. A source has few ratings.
    std::map<std::string, std::uint64_t> ratings;
    std::map<source::Outcome, std::uint64_t> outcomes;
    Latency latency;
    std::vector<Trouble> troubles;
  };

  explicit Journal(std::function<Time()> now = [] { return std::chrono::system_clock::now(); })
      : now_(std::move(now)) {}

  void ended(const runtime::Ended& ended) override;
  /// For telemetry::LogOptions. Ignores lines about a single enrichment, which ended() receives.
  void note(const telemetry::Entry& entry);

  [[nodiscard]] Contents contents() const;

 private:
  static constexpr std::size_t durations_kept = 1000;
  struct Slot {
    std::int64_t minute = -1;
    std::uint32_t done = 0;
    std::uint32_t failed = 0;
  };

  [[nodiscard]] std::int64_t minute_now() const;
  [[nodiscard]] std::vector<Minute> minutes() const;
  [[nodiscard]] Latency latency() const;

  std::function<Time()> now_;
  mutable std::mutex mutex_;
  std::deque<runtime::Ended> enrichments_;
  std::deque<Trouble> troubles_;
  /// By minute modulo the number of slots: a slot that is older than an hour is overwritten or
  /// ignored.
  std::array<Slot, minutes_kept> slots_{};
  std::map<std::string, std::uint64_t> ratings_;
  std::map<source::Outcome, std::uint64_t> outcomes_;
  std::deque<std::chrono::milliseconds> durations_;
};

/// Cut between two characters to maximum `longest` bytes with an ellipsis; invalid UTF-8 becomes
/// U+FFFD.
[[nodiscard]] std::string presentable(std::string_view text, std::size_t longest);

}  // namespace monitoring
