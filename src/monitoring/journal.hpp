// What happened lately, for the status page: bounded, in memory, forgotten at the end.
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

/// Thread-safe. Texts are valid UTF-8, whatever came in, and cut where they are long.
class Journal final : public runtime::Observer {
 public:
  using Time = std::chrono::system_clock::time_point;

  static constexpr std::size_t enrichments_kept = 50;
  static constexpr std::size_t troubles_kept = 20;
  static constexpr std::size_t minutes_kept = 60;
  /// What a text that has been cut ends with.
  static constexpr std::string_view ellipsis = "…";

  struct Minute {
    Time begins;
    std::uint32_t done = 0;
    std::uint32_t failed = 0;
  };
  /// A warning or an error of the log, with those that say the same.
  struct Trouble {
    Time first;
    Time last;
    std::uint64_t count = 0;
    bool error = false;
    std::string message;
    std::string reason;
    std::string advice;
  };
  /// How long the last enrichments took, from delivery on.
  struct Latency {
    /// Of how many this tells; the rest is nothing where it is 0.
    std::size_t count = 0;
    std::chrono::milliseconds half{0};
    std::chrono::milliseconds ninety_five{0};
    std::chrono::milliseconds ninety_nine{0};
    std::chrono::milliseconds longest{0};
  };
  struct Contents {
    /// The newest first, like the troubles.
    std::vector<runtime::Ended> enrichments;
    /// The oldest first, one for each minute of the last hour; the last is the current one.
    std::vector<Minute> minutes;
    /// Since the start. The source has few words for ratings.
    std::map<std::string, std::uint64_t> ratings;
    std::map<source::Outcome, std::uint64_t> outcomes;
    Latency latency;
    std::vector<Trouble> troubles;
  };

  explicit Journal(std::function<Time()> now = [] { return std::chrono::system_clock::now(); })
      : now_(std::move(now)) {}

  void ended(const runtime::Ended& ended) override;
  /// For telemetry::LogOptions. What tells of a single enrichment is left out: ended() has it.
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
  /// By minute modulo their number: one that is older than an hour is overwritten, or passed over.
  std::array<Slot, minutes_kept> slots_{};
  std::map<std::string, std::uint64_t> ratings_;
  std::map<source::Outcome, std::uint64_t> outcomes_;
  std::deque<std::chrono::milliseconds> durations_;
};

/// Cut to so many bytes at most, an ellipsis included, between two characters; what is not UTF-8
/// in it becomes U+FFFD.
[[nodiscard]] std::string presentable(std::string_view text, std::size_t longest);

}  // namespace monitoring
