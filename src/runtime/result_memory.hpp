// The memory of results, from the end of their lookup until they are sent.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <set>

#include "net/deadline.hpp"
#include "source/enrichment.hpp"

namespace runtime {

/// The size of a result. In bytes.
struct ResultSize {
  /// Its objects in memory.
  std::size_t objects = 0;
  /// Its objects as text.
  std::size_t text = 0;

  /// While it is fitted and packed: the objects are copied twice then.
  [[nodiscard]] std::size_t in_hand() const { return 3 * objects + packed(); }
  /// While it waits for its turn: the objects, and what is sent.
  [[nodiscard]] std::size_t parked() const { return objects + packed(); }

 private:
  /// The bundle, the message in Base64, and a copy for another output.
  [[nodiscard]] std::size_t packed() const { return text * 10 / 3; }
};

[[nodiscard]] ResultSize size_of(const source::Enrichment& enrichment);

/// Two parts of the same size. Results that workers have in hand share one: there a worker may
/// wait, because the others need neither its turn nor its memory to finish. A worker that has
/// memory of it must wait for no other memory: a second lease of this or of the source's answers
/// could deadlock. Small results have a quarter of this part, so that none waits for a large one,
/// which may wait for the platform; large ones are served in the order of arrival. Parked results,
/// which wait for the turns of others, share the other part: there nobody waits, because the result
/// whose turn it is may be the one that would wait.
///
/// The class is thread-safe.
class ResultMemory final {
 public:
  /// Returns the memory with its last copy. Must not outlive this object.
  using Lease = std::shared_ptr<const void>;

  /// @param bytes total size
  /// @param on_large_end called on the thread that ends a large lease; may be empty
  explicit ResultMemory(std::size_t bytes, std::function<void()> on_large_end = {});
  ~ResultMemory() = default;
  ResultMemory(const ResultMemory&) = delete;
  ResultMemory& operator=(const ResultMemory&) = delete;

  /// For a result in hand. One that is larger than the share of large ones gets that whole share.
  /// @returns nullptr at the deadline or a stop
  [[nodiscard]] Lease hold(std::size_t bytes, const net::Deadline& deadline);
  /// Replaces a lease of hold() by a smaller one, without waiting.
  void shrink(Lease& held, std::size_t bytes);
  /// For a parked result. @returns nullptr if there is no room
  [[nodiscard]] Lease try_park(std::size_t bytes);
  /// The same without a limit, for a result that was announced and cannot be dropped.
  [[nodiscard]] Lease park(std::size_t bytes);

 private:
  /// Outlives its leases.
  struct Part {
    std::mutex mutex;
    std::condition_variable_any changed;
    std::size_t taken = 0;
    /// Those that wait, in their order.
    std::set<std::uint64_t> waiting;
    std::uint64_t next = 0;
  };
  [[nodiscard]] Lease lease_of(Part& part, std::size_t bytes) const;
  [[nodiscard]] Lease force(Part& part, std::size_t bytes) const;

  const std::size_t size_;
  const std::function<void()> on_large_end_;
  Part small_;
  Part large_;
  Part parked_;
};

}  // namespace runtime
