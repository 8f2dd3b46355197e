// The clocks of this room; tests replace them.
#pragma once

#include <chrono>
#include <functional>

namespace kaspersky {

using WallClock = std::function<std::chrono::system_clock::time_point()>;

struct Clock {
  /// For times that people read, and for days. It can jump.
  WallClock wall = [] { return std::chrono::system_clock::now(); };
  /// For durations.
  std::function<std::chrono::steady_clock::time_point()> steady = [] {
    return std::chrono::steady_clock::now();
  };
};

}  // namespace kaspersky
