// What was found when something that the connector needs was tried.
#pragma once

#include <string>

#include "export.hpp"

namespace source OPENCTI_CONNECTOR_PUBLIC {

struct CheckResult {
  /// A warning: it works, but something is lost.
  enum class State { ok, warning, failed, skipped };
  State state = State::skipped;
  /// What was found; of a failure or a warning also what to do.
  std::string text;
};

}  // namespace source OPENCTI_CONNECTOR_PUBLIC
