// The outcome of a lookup, with its data. Code that decides by outcome uses match(), which does not
// compile if an alternative has no case.
#pragma once

#include <chrono>
#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "kaspersky/answer.hpp"
#include "net/memory_budget.hpp"
#include "source/outcome.hpp"

namespace kaspersky {

/// 200 with a valid answer.
struct Found {
  static constexpr source::Outcome kind = source::Outcome::found;
  Answer answer;
  /// The unchanged answer, for the cache.
  std::string text = {};
  /// The memory leased for the answer; see source::AnswerMemory.
  std::shared_ptr<net::MemoryBudget::Lease> memory = {};
};
/// 404: Kaspersky does not know the object. A result, not a failure.
struct NotFound {
  static constexpr source::Outcome kind = source::Outcome::not_found;
};
/// No request was sent, because the value is not worth a paid lookup.
struct Skipped {
  static constexpr source::Outcome kind = source::Outcome::skipped;
  std::string why;
};
/// 429: retry later; after `retry_after` if the service named a time.
struct RateLimited {
  static constexpr source::Outcome kind = source::Outcome::rate_limited;
  std::optional<std::chrono::seconds> retry_after;
};
/// No request was sent, because the daily quota is exhausted, except a reserve for other purposes.
struct QuotaExhausted {
  static constexpr source::Outcome kind = source::Outcome::quota_exhausted;
  /// When the next day's quota begins.
  std::chrono::system_clock::time_point until;
  /// When a request checks again whether the quota is exhausted; no later than `until`.
  std::chrono::system_clock::time_point retry_at = until;
};
/// 401 or 403: the token is wrong or expired, lacks the right, or the terms were not accepted.
struct Refused {
  static constexpr source::Outcome kind = source::Outcome::refused;
  std::string why;
};
/// 400, 414 or another status that a retry would not change.
struct Rejected {
  static constexpr source::Outcome kind = source::Outcome::rejected;
  std::string why;
};
/// No complete answer: network, timeout, 5xx.
struct Unavailable {
  static constexpr source::Outcome kind = source::Outcome::unavailable;
  std::string why;
  /// Whether a retry soon may succeed.
  bool transient = true;
  /// Not a failure of the service: the lookup waited for the service when the shutdown began, or
  /// there was no memory for the answer. Retry later.
  bool deferred = false;
  /// The inquiry was hedged, and its answer did not begin in time. Not a failure of the service.
  bool lost = false;
};
/// 200, but not the expected JSON: truncated, too large, too deep, or of another structure.
struct Malformed {
  static constexpr source::Outcome kind = source::Outcome::malformed;
  std::string why;
};

using Outcome = std::variant<Found, NotFound, Skipped, RateLimited, QuotaExhausted, Refused,
                             Rejected, Unavailable, Malformed>;

/// For a case that handles several alternatives: `[](const one_of<Skipped, QuotaExhausted> auto&) {
/// …
/// }`.
template <class T, class... Alternatives>
concept one_of = (std::same_as<T, Alternatives> || ...);

template <class... Cases>
struct OutcomeCases : Cases... {
  using Cases::operator()...;
};

/// Runs the case for the alternative of the outcome.
template <class Any, class... Cases>
  requires std::same_as<std::remove_cvref_t<Any>, Outcome>
decltype(auto) match(Any&& outcome, Cases... cases) {
  return std::visit(OutcomeCases<Cases...>{std::move(cases)...}, std::forward<Any>(outcome));
}

[[nodiscard]] source::Outcome kind_of(const Outcome& outcome);

/// Whether the connector itself deferred the lookup; see Unavailable::deferred.
[[nodiscard]] bool is_deferred(const Outcome& outcome);

/// The licence data in the answer; null if there is no answer, or it has no licence data.
[[nodiscard]] const LicenseInfo* license_in(const Outcome& outcome);

}  // namespace kaspersky
