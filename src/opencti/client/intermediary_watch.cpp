#include "opencti/client/intermediary_watch.hpp"

#include <utility>

namespace opencti {

void IntermediaryWatch::platform_answered() {
  {
    const std::lock_guard lock(mutex_);
    if (!last_ || options_.now() - *last_ < options_.quiet) return;
    last_.reset();
  }
  if (options_.report) options_.report(std::nullopt);
}

void IntermediaryWatch::intermediary_answered(const std::string& what) {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(last_, options_.now())) return;
  }
  if (options_.report) options_.report(what);
}

}  // namespace opencti
