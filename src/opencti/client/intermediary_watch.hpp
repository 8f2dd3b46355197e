// Reports each episode in which an intermediary answers in the platform's place.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace opencti {

struct IntermediaryWatchOptions {
  /// Called at the beginning of an episode with a description of the intermediary, and with nothing
  /// at its end. From any thread; may be empty.
  std::function<void(const std::optional<std::string>&)> report = {};
  /// An episode ends when the platform answers and no intermediary has answered for this time.
  /// Longer than the longest wait between two attempts of one call, so that a gateway that answers
  /// only some calls is one episode.
  std::chrono::milliseconds quiet{60'000};
  std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
};

/// The class is thread-safe.
class IntermediaryWatch final {
 public:
  explicit IntermediaryWatch(IntermediaryWatchOptions options) : options_(std::move(options)) {}

  /// The platform itself answered.
  void platform_answered();
  /// An intermediary answered.
  void intermediary_answered(const std::string& what);

 private:
  const IntermediaryWatchOptions options_;
  std::mutex mutex_;
  /// When an intermediary answered last; nothing outside of an episode.
  std::optional<std::chrono::steady_clock::time_point> last_;
};

}  // namespace opencti
