// Whether something else answers in the platform's place, as a line for each episode.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace opencti {

struct IntermediaryWatchOptions {
  /// Called at the beginning of an episode with what answers instead, and with nothing at its end.
  /// From any thread; may be empty.
  std::function<void(const std::optional<std::string>&)> report = {};
  /// An episode is over when the platform answers and nothing else has for this long. More than the
  /// longest wait between two tries of one call: a gateway that answers some calls only, or the
  /// platform and a gateway in turns, are one episode.
  std::chrono::milliseconds quiet{60'000};
  std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
};

/// The class is thread-safe.
class IntermediaryWatch final {
 public:
  explicit IntermediaryWatch(IntermediaryWatchOptions options) : options_(std::move(options)) {}

  /// The platform itself answered.
  void platform_answered();
  /// Something else did.
  void intermediary_answered(const std::string& what);

 private:
  const IntermediaryWatchOptions options_;
  std::mutex mutex_;
  /// When something else answered the last time; nothing where there is no episode.
  std::optional<std::chrono::steady_clock::time_point> last_;
};

}  // namespace opencti
