// Measures memory use as glibc's allocator would count it.
#pragma once

#include <cstddef>

namespace fuzz {

/// From its construction on, measures the maximum memory in use by all threads, in addition to what
/// was in use at the beginning. Only one object may exist at a time.
class HeapPeak final {
 public:
  HeapPeak();
  /// The maximum, in bytes.
  [[nodiscard]] std::size_t bytes() const;
};

}  // namespace fuzz
