// The day, as objects that are made today have it.
#pragma once

#include <fmt/chrono.h>

#include <chrono>
#include <string>

namespace runtime {

/// Midnight in UTC, in RFC 3339.
[[nodiscard]] inline std::string today() {
  return fmt::format(
      "{:%Y-%m-%d}T00:00:00.000Z",
      fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())));
}

}  // namespace runtime
