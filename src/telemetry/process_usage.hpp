// The resources that this process uses.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace telemetry {

struct ProcessUsage {
  /// In bytes.
  std::int64_t resident = 0;
  /// In bytes of address space.
  std::int64_t virtual_size = 0;
  std::chrono::duration<double> cpu{0};
  int open_files = 0;
  /// Empty if there is no limit.
  std::optional<std::int64_t> max_open_files;
};

/// Numbers that cannot be read, because /proc is missing, are zero.
[[nodiscard]] ProcessUsage process_usage();

}  // namespace telemetry
