// What an answer takes while it is in hand, and where that is taken from.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>

#include "export.hpp"
#include "net/memory_budget.hpp"
#include "text/json.hpp"

namespace source OPENCTI_CONNECTOR_PUBLIC {

/// Without a budget there is enough for all.
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

  /// The longest answer that can be read. In bytes.
  [[nodiscard]] std::size_t longest() const {
    return budget_ == nullptr ? longest_answer
                              : std::min(longest_answer, budget_->largest() / large_factor);
  }
  /// For a text of this length; so that the document takes no more than what is taken for it.
  [[nodiscard]] text::JsonLimits limits(std::size_t length) const {
    return {.size = longest(),
            .values = length > small_answer ? longest() / bytes_per_value_of_large
                                            : length / bytes_per_value_of_small + few_values};
  }

  /// What one of this length takes while it is in hand. In bytes.
  [[nodiscard]] std::size_t cost(std::size_t length) const {
    return length > small_answer ? longest() * large_factor
                                 : small_factor * length + few_values * text::bytes_per_value;
  }

  /// For an answer of any length. @returns false where there is not enough in time
  [[nodiscard]] bool take_largest(Lease& lease, const net::Deadline& deadline) const {
    return take(lease, longest() * large_factor, deadline);
  }
  /// For one whose length is known; does nothing where something was taken already.
  [[nodiscard]] bool take_for(std::size_t length, Lease& lease,
                              const net::Deadline& deadline) const {
    return lease || take(lease, cost(length), deadline);
  }

 private:
  static constexpr std::size_t longest_answer = std::size_t{16} * 1024 * 1024;
  static constexpr std::size_t small_answer = std::size_t{128} * 1024;
  // Real answers have some 20 bytes for a value; 16 MiB are beyond what a real one has.
  static constexpr std::size_t bytes_per_value_of_small = 8;
  static constexpr std::size_t bytes_per_value_of_large = 52;
  static constexpr std::size_t few_values = 1'000;
  // Text, its strings in the document and in what is read of it, and the document's values.
  static constexpr std::size_t small_factor = 3 + text::bytes_per_value / bytes_per_value_of_small;
  // Likewise, and a copy for the cache.
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
