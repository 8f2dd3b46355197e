// The result of a check of something that the connector needs.
#pragma once

#include <string>

#include "export.hpp"

namespace source OPENCTI_CONNECTOR_PUBLIC {

struct CheckResult {
  /// warning: it works, but with a disadvantage.
  enum class State { ok, warning, failed, skipped };
  State state = State::skipped;
  /// The result; for a failure or a warning also what to do.
  std::string text;
};

}  // namespace source OPENCTI_CONNECTOR_PUBLIC
