// Logs that a store cannot be written, without a line for each failure.
#pragma once

#include <mutex>
#include <string>

#include "storage/database.hpp"
#include "telemetry/log.hpp"

namespace storage {

/// Logs once that writing fails, and once that it works again. Pass results of writes only: reading
/// works on a full disk too. The class is thread-safe.
class WriteHealth final {
 public:
  /// @param consequence of failing writes, for the log: "answers are not cached"
  WriteHealth(std::string consequence, telemetry::Log log)
      : consequence_(std::move(consequence)), log_(std::move(log)) {}

  template <class T>
  void note(const Result<T>& written) {
    const std::lock_guard lock(mutex_);
    if (!written == failing_) return;
    failing_ = !failing_;
    if (failing_) {
      problem_ = written.error().message;
      log_.warning("The store cannot be written, continuing without it: " + consequence_,
                   {{"reason", written.error().message}});
    } else {
      problem_.clear();
      log_.info("The store can be written again");
    }
  }

  /// Why writing fails, and the consequence; empty while it works.
  [[nodiscard]] std::string problem() const {
    const std::lock_guard lock(mutex_);
    return failing_ ? problem_ + "; " + consequence_ : std::string();
  }

 private:
  const std::string consequence_;
  telemetry::Log log_;
  mutable std::mutex mutex_;
  bool failing_ = false;
  /// Reason of the first failure.
  std::string problem_;
};

}  // namespace storage
