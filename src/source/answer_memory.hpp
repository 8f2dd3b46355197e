// The memory that an answer needs while it is processed, leased from a budget.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>

#include "export.hpp"
#include "net/memory_budget.hpp"
#include "text/json.hpp"

namespace source OPENCTI_CONNECTOR_PUBLIC {

/// Without a budget, memory is not limited.
///
/// ```cpp
/// tl::expected<nlohmann::json, std::string> read(std::string_view answer,
///                                                const source::AnswerMemory& memory,
///                                                source::AnswerMemory::Lease& lease,
///                                                const net::Deadline& deadline) {
///   if (!memory.take_for(answer.size(), lease, deadline)) {
///     return tl::unexpected<std::string>("no memory was free in time");
///   }
///   return text::parse_json(answer, memory.limits(answer.size()));
/// }
/// ```
class AnswerMemory final {
 public:
  using Lease = std::shared_ptr<net::MemoryBudget::Lease>;

  /// @param budget nullptr, or outlives this object
  explicit AnswerMemory(net::MemoryBudget* budget = nullptr) : budget_(budget) {}

  /// Maximum size of an answer, in bytes.
  [[nodiscard]] std::size_t longest() const {
    return budget_ == nullptr ? longest_answer
                              : std::min(longest_answer, budget_->largest() / large_factor);
  }
  /// Limits for parsing a text of this length, so that the document needs no more memory than
  /// leased.
  [[nodiscard]] text::JsonLimits limits(std::size_t length) const {
    return {.size = longest(),
            .values = length > small_answer ? longest() / bytes_per_value_of_large
                                            : length / bytes_per_value_of_small + few_values};
  }

  /// The memory that an answer of this length needs, in bytes.
  [[nodiscard]] std::size_t cost(std::size_t length) const {
    return length > small_answer ? longest() * large_factor
                                 : small_factor * length + few_values * text::bytes_per_value;
  }

  /// Leases memory for an answer of any length. @returns false if there is not enough in time
  [[nodiscard]] bool take_largest(Lease& lease, const net::Deadline& deadline) const {
    return take(lease, longest() * large_factor, deadline);
  }
  /// Leases memory for an answer of this length; does nothing if `lease` has memory already.
  [[nodiscard]] bool take_for(std::size_t length, Lease& lease,
                              const net::Deadline& deadline) const {
    return lease || take(lease, cost(length), deadline);
  }

 private:
  static constexpr std::size_t longest_answer = std::size_t{16} * 1024 * 1024;
  static constexpr std::size_t small_answer = std::size_t{128} * 1024;
  // Real answers have about 20 bytes per value, and are smaller than 16 MiB.
  static constexpr std::size_t bytes_per_value_of_small = 8;
  static constexpr std::size_t bytes_per_value_of_large = 52;
  static constexpr std::size_t few_values = 1'000;
  // The result of a short answer can have many objects for its length.
  static constexpr std::size_t result_factor = 64;
  // The text, its strings in the document and in the result, the document's values, and the result.
  static constexpr std::size_t small_factor =
      3 + text::bytes_per_value / bytes_per_value_of_small + result_factor;
  // The same, and a copy for the cache.
  static constexpr std::size_t large_factor = 4 + text::bytes_per_value / bytes_per_value_of_large;

  [[nodiscard]] bool take(Lease& lease, std::size_t bytes, const net::Deadline& deadline) const {
    if (budget_ == nullptr) return true;
    auto taken = budget_->take(bytes, deadline);
    if (!taken) return false;
    lease = std::make_shared<net::MemoryBudget::Lease>(std::move(*taken));
    return true;
  }

  net::MemoryBudget* budget_;
};

}  // namespace source OPENCTI_CONNECTOR_PUBLIC
