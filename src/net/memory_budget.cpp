#include "net/memory_budget.hpp"

namespace net {
namespace {

/// The share of small requests (one sixth), and the number of the largest small requests that fit
/// into it.
constexpr std::size_t small_share = 6;
constexpr std::size_t smalls = 8;

}  // namespace

MemoryBudget::MemoryBudget(std::size_t bytes, std::function<void()> on_large_end)
    : large_(bytes - bytes / small_share),
      small_(bytes / small_share),
      on_large_end_(std::move(on_large_end)) {}

bool MemoryBudget::is_large(std::size_t bytes) const { return bytes > small_ / smalls; }

bool MemoryBudget::is_free(std::size_t bytes) const {
  return is_large(bytes) ? !large_taken_ : small_taken_ + bytes <= small_;
}

void MemoryBudget::count(std::size_t bytes) {
  if (is_large(bytes)) {
    large_taken_ = true;
  } else {
    small_taken_ += bytes;
  }
}

std::optional<MemoryBudget::Lease> MemoryBudget::try_take(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  if (bytes > large_ || !is_free(bytes)) return std::nullopt;
  if (is_large(bytes) && !waiting_.empty()) return std::nullopt;
  count(bytes);
  return Lease(*this, bytes);
}

std::optional<MemoryBudget::Lease> MemoryBudget::take(std::size_t bytes, const Deadline& deadline) {
  if (bytes > large_) return std::nullopt;
  std::unique_lock lock(mutex_);
  if (!is_large(bytes)) {
    if (!changed_.wait_until(lock, deadline.stop(), deadline.at(),
                             [&] { return is_free(bytes); })) {
      return std::nullopt;
    }
    count(bytes);
    return Lease(*this, bytes);
  }
  const auto number = next_++;
  waiting_.insert(number);
  const bool served = changed_.wait_until(lock, deadline.stop(), deadline.at(), [&] {
    return *waiting_.begin() == number && !large_taken_;
  });
  waiting_.erase(number);
  if (served) count(bytes);
  changed_.notify_all();
  if (!served) return std::nullopt;
  return Lease(*this, bytes);
}

void MemoryBudget::give_back(std::size_t bytes) {
  const bool large = is_large(bytes);
  {
    const std::lock_guard lock(mutex_);
    if (large) {
      large_taken_ = false;
    } else {
      small_taken_ -= bytes;
    }
    changed_.notify_all();
  }
  if (large && on_large_end_) on_large_end_();
}

}  // namespace net
