// The day, as objects that are made today have it.
#pragma once

#include <chrono>
#include <string>

#include "text/time.hpp"

namespace runtime {

/// Midnight in UTC, in RFC 3339.
[[nodiscard]] inline std::string today() {
  return text::date(std::chrono::system_clock::now()) + "T00:00:00.000Z";
}

}  // namespace runtime
