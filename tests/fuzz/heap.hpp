// Measures memory use, as glibc would count it.
#pragma once

#include <cstddef>

namespace fuzz {

/// From its construction on: the maximum of what was in use at once, by all threads, beyond what
/// was in use at the beginning. One at a time.
class HeapPeak final {
 public:
  HeapPeak();
  /// In bytes.
  [[nodiscard]] std::size_t bytes() const;
};

}  // namespace fuzz
