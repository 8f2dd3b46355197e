// What time it is, for those who decide by it; tests give them another.
#pragma once

#include <chrono>
#include <functional>

namespace kaspersky {

using WallClock = std::function<std::chrono::system_clock::time_point()>;

struct Clock {
  /// For what people read, and for days. It can jump.
  WallClock wall = [] { return std::chrono::system_clock::now(); };
  /// For how long something lasts.
  std::function<std::chrono::steady_clock::time_point()> steady = [] {
    return std::chrono::steady_clock::now();
  };
};

}  // namespace kaspersky
