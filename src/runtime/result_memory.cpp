#include "runtime/result_memory.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

namespace runtime {
namespace {

using nlohmann::json;

/// A result that takes a larger part than this of its share is a large one.
constexpr std::size_t small_ones = 8;
/// Results in hand up to this part of their share are small ones, which have a quarter of it.
constexpr std::size_t small_in_hand = 32;
constexpr std::size_t share_of_small = 4;

/// What glibc takes for an allocation.
constexpr std::size_t allocated(std::size_t bytes) {
  constexpr std::size_t smallest = 32;
  constexpr std::size_t head = 8;
  constexpr std::size_t step = 16;
  return std::max(smallest, (bytes + head + step - 1) / step * step);
}

std::size_t allocated_by(const std::string& text) {
  static const auto inside = std::string().capacity();
  return text.capacity() > inside ? allocated(text.capacity() + 1) : 0;
}

/// A text, with quotes and a comma or colon.
std::size_t written(const std::string& text) { return text.size() + 3; }

/// A node of std::map: its head has a colour and three pointers.
constexpr std::size_t node =
    allocated(4 * sizeof(void*) + sizeof(std::pair<const std::string, json>));
/// A number, true, false or null, with a comma.
constexpr std::size_t written_scalar = 8;

void add(ResultSize& size, const json& value) {
  if (const auto* text = value.get_ptr<const json::string_t*>()) {
    size.objects += allocated(sizeof(json::string_t)) + allocated_by(*text);
    size.text += written(*text);
  } else if (const auto* list = value.get_ptr<const json::array_t*>()) {
    size.objects += allocated(sizeof(json::array_t)) + allocated(list->capacity() * sizeof(json));
    size.text += 3;
    for (const auto& item : *list) add(size, item);
  } else if (const auto* object = value.get_ptr<const json::object_t*>()) {
    size.objects += allocated(sizeof(json::object_t));
    size.text += 3;
    for (const auto& [key, member] : *object) {
      size.objects += node + allocated_by(key);
      size.text += written(key);
      add(size, member);
    }
  } else {
    size.text += written_scalar;
  }
}

}  // namespace

ResultSize size_of(const source::Enrichment& enrichment) {
  ResultSize size;
  for (const auto& object : enrichment.objects) add(size, object);
  size.objects += enrichment.objects.capacity() * sizeof(json);
  for (const auto& [id, others] : enrichment.alternative_ids) {
    size.objects += node + allocated_by(id);
    for (const auto& other : others) size.objects += sizeof(other) + allocated_by(other);
  }
  return size;
}

ResultMemory::ResultMemory(std::size_t bytes, std::function<void()> on_large_end)
    : size_(bytes / 2), on_large_end_(std::move(on_large_end)) {}

ResultMemory::Lease ResultMemory::hold(std::size_t bytes, const net::Deadline& deadline) {
  const bool is_small = bytes <= size_ / small_in_hand;
  Part& part = is_small ? small_ : large_;
  const auto share = is_small ? size_ / share_of_small : size_ - size_ / share_of_small;
  bytes = std::min(bytes, share);
  std::unique_lock lock(part.mutex);
  const auto number = part.next++;
  part.waiting.insert(number);
  const bool served = part.changed.wait_until(lock, deadline.stop(), deadline.at(), [&] {
    return *part.waiting.begin() == number && part.taken + bytes <= share;
  });
  part.waiting.erase(number);
  if (served) part.taken += bytes;
  // The next one may be small enough, or need not wait for this one.
  part.changed.notify_all();
  lock.unlock();
  return served ? lease_of(part, bytes) : nullptr;
}

void ResultMemory::shrink(Lease& held, std::size_t bytes) {
  if (!held) return;
  const auto share = size_ - size_ / share_of_small;
  held = bytes == 0 ? nullptr : force(large_, std::min(bytes, share));
}

ResultMemory::Lease ResultMemory::try_park(std::size_t bytes) {
  {
    const std::lock_guard lock(parked_.mutex);
    if (parked_.taken + bytes > size_) return nullptr;
    parked_.taken += bytes;
  }
  return lease_of(parked_, bytes);
}

ResultMemory::Lease ResultMemory::park(std::size_t bytes) { return force(parked_, bytes); }

ResultMemory::Lease ResultMemory::force(Part& part, std::size_t bytes) const {
  {
    const std::lock_guard lock(part.mutex);
    part.taken += bytes;
  }
  return lease_of(part, bytes);
}

ResultMemory::Lease ResultMemory::lease_of(Part& part, std::size_t bytes) const {
  // The pointer only counts the copies.
  return {&part, [this, bytes](Part* leased) {
            {
              const std::lock_guard lock(leased->mutex);
              leased->taken -= bytes;
              leased->changed.notify_all();
            }
            if (bytes > size_ / small_ones && on_large_end_) on_large_end_();
          }};
}

}  // namespace runtime
