// Limits the memory for received data: memory is leased before data is read, so that the process
// has a memory limit.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include "export.hpp"
#include "net/deadline.hpp"

namespace net OPENCTI_CONNECTOR_PUBLIC {

/// Two parts: many small requests share one, and one large request uses the other, so that neither
/// can starve the other. Large requests are served in their order.
///
/// A thread that holds a lease must not request another one of the same budget: that could
/// deadlock.
///
/// The class is thread-safe.
///
/// ```cpp
/// bool run(net::MemoryBudget& budget, std::size_t bytes, const net::Deadline& deadline,
///          const std::function<void()>& work) {
///   const auto lease = budget.take(bytes, deadline);
///   if (lease) work();
///   return lease.has_value();
/// }
/// ```
class MemoryBudget final {
 public:
  /// Returns the memory at its destruction.
  class Lease final {
   public:
    Lease(Lease&& other) noexcept
        : budget_(std::exchange(other.budget_, nullptr)), bytes_(other.bytes_) {}
    Lease& operator=(Lease&& other) noexcept {
      std::swap(budget_, other.budget_);
      std::swap(bytes_, other.bytes_);
      return *this;
    }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease() {
      if (budget_ != nullptr) budget_->give_back(bytes_);
    }

   private:
    friend class MemoryBudget;
    Lease(MemoryBudget& budget, std::size_t bytes) : budget_(&budget), bytes_(bytes) {}
    MemoryBudget* budget_;
    std::size_t bytes_;
  };

  /// @param bytes total size
  /// @param on_large_end called on the thread that ends a large lease; may be empty
  explicit MemoryBudget(std::size_t bytes, std::function<void()> on_large_end = {});
  ~MemoryBudget() = default;
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  /// Maximum size of one request.
  [[nodiscard]] std::size_t largest() const { return large_; }

  /// Nothing if the memory is not free now, or another large request waits for it.
  [[nodiscard]] std::optional<Lease> try_take(std::size_t bytes);
  /// Waits. @returns nothing at the deadline or a stop, or for more than largest()
  [[nodiscard]] std::optional<Lease> take(std::size_t bytes, const Deadline& deadline);

 private:
  [[nodiscard]] bool is_large(std::size_t bytes) const;
  [[nodiscard]] bool is_free(std::size_t bytes) const;
  void count(std::size_t bytes);
  void give_back(std::size_t bytes);

  const std::size_t large_;
  const std::size_t small_;
  const std::function<void()> on_large_end_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::size_t small_taken_ = 0;
  bool large_taken_ = false;
  /// Waiting large requests, in their order.
  std::set<std::uint64_t> waiting_;
  std::uint64_t next_ = 0;
};

}  // namespace net OPENCTI_CONNECTOR_PUBLIC
