#include "fuzz/heap.hpp"

#include <sanitizer/allocator_interface.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdlib>

namespace fuzz {
namespace {

std::atomic<std::int64_t> in_use = 0;
std::atomic<std::int64_t> most = 0;
std::int64_t before = 0;

/// The size with the header, rounded up. The allocator of a sanitizer counts neither.
std::int64_t chunk_of(std::size_t size) {
  constexpr std::size_t header = 8;
  constexpr std::size_t step = 16;
  constexpr std::size_t smallest = 32;
  return static_cast<std::int64_t>(std::max(smallest, (size + header + step - 1) / step * step));
}

void allocated(const volatile void* /*memory*/, std::size_t size) {
  const auto now = in_use.fetch_add(chunk_of(size)) + chunk_of(size);
  auto known = most.load();
  while (now > known && !most.compare_exchange_weak(known, now)) {
  }
}

void freed(const volatile void* memory) {
  if (memory == nullptr) return;
  in_use -= chunk_of(__sanitizer_get_allocated_size(memory));
}

const bool installed = [] {
  if (__sanitizer_install_malloc_and_free_hooks(allocated, freed) == 0) std::abort();
  return true;
}();

}  // namespace

HeapPeak::HeapPeak() {
  before = in_use;
  most = before;
}

std::size_t HeapPeak::bytes() const {
  static_cast<void>(installed);
  return static_cast<std::size_t>(most - before);
}

}  // namespace fuzz
