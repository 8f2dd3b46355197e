// Whoever goes on without a store says so, but not each time.
#pragma once

#include <mutex>
#include <string>

#include "storage/database.hpp"
#include "telemetry/log.hpp"

namespace storage {

/// Says once that writing fails, and once that it works again. Only what is written counts: a full
/// disk can still be read. The class is thread-safe.
class Trouble final {
 public:
  /// @param consequence what goes on without: "answers are not remembered"
  Trouble(std::string consequence, telemetry::Log log)
      : consequence_(std::move(consequence)), log_(std::move(log)) {}

  template <class T>
  void note(const Result<T>& written) {
    const std::lock_guard lock(mutex_);
    if (!written == failing_) return;
    failing_ = !failing_;
    if (failing_) {
      log_.warning("The store cannot be written to, going on without: " + consequence_,
                   {{"reason", written.error().message}});
    } else {
      log_.info("The store can be written to again");
    }
  }

 private:
  const std::string consequence_;
  telemetry::Log log_;
  std::mutex mutex_;
  bool failing_ = false;
};

}  // namespace storage
