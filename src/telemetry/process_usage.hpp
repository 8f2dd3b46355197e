// What this process takes of the machine.
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
  /// Nothing where there is no limit.
  std::optional<std::int64_t> most_open_files;
};

/// Figures that cannot be had, without /proc, are zero.
[[nodiscard]] ProcessUsage process_usage();

}  // namespace telemetry
