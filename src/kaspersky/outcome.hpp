// How a lookup ends, with what is known then. Code that decides by outcome does so in match(),
// which does not compile while an alternative has no case.
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

/// 200 with an answer that could be read.
struct Found {
  static constexpr source::Outcome kind = source::Outcome::found;
  Answer answer;
  /// The answer as it came, for whoever remembers it.
  std::string text = {};
  /// The memory that was taken for it, for as long as it is in hand; see source::AnswerMemory.
  std::shared_ptr<net::MemoryBudget::Lease> memory = {};
};
/// 404: Kaspersky knows nothing of the object. A result, not a failure.
struct NotFound {
  static constexpr source::Outcome kind = source::Outcome::not_found;
};
/// Not asked, because the value is not worth a paid call.
struct Skipped {
  static constexpr source::Outcome kind = source::Outcome::skipped;
  std::string why;
};
/// 429: to be asked again later, after `retry_after` where the service said so.
struct RateLimited {
  static constexpr source::Outcome kind = source::Outcome::rate_limited;
  std::optional<std::chrono::seconds> retry_after;
};
/// Not asked, because the day's requests are used up or kept for others.
struct QuotaSpent {
  static constexpr source::Outcome kind = source::Outcome::quota_spent;
  /// When there are requests again.
  std::chrono::system_clock::time_point until;
  /// From then on one is made to see whether that is so; no later than `until`.
  std::chrono::system_clock::time_point look_again = until;
};
/// 401 or 403: the token is wrong or expired, lacks the right, or the terms were not accepted.
struct Refused {
  static constexpr source::Outcome kind = source::Outcome::refused;
  std::string why;
};
/// 400, 414 or another status that asking again will not change.
struct Rejected {
  static constexpr source::Outcome kind = source::Outcome::rejected;
  std::string why;
};
/// No whole answer: network, timeout, 5xx.
struct Unavailable {
  static constexpr source::Outcome kind = source::Outcome::unavailable;
  std::string why;
  /// Whether another try a moment later may go better.
  bool passing = true;
  /// Not the service's doing: it was to wait until the service is back, and was sent away because
  /// we are stopping; or there was no memory for the answer. To be asked again.
  bool put_off = false;
  /// The inquiry was hedged, and its answer did not begin in time. Says nothing of the service.
  bool lost = false;
};
/// 200, but not the JSON that was asked for: cut, too large, too deep, or of another shape.
struct Malformed {
  static constexpr source::Outcome kind = source::Outcome::malformed;
  std::string why;
};

using Outcome = std::variant<Found, NotFound, Skipped, RateLimited, QuotaSpent, Refused, Rejected,
                             Unavailable, Malformed>;

/// In a case for several alternatives: `[](const one_of<Skipped, QuotaSpent> auto&) { … }`.
template <class T, class... Alternatives>
concept one_of = (std::same_as<T, Alternatives> || ...);

template <class... Cases>
struct OutcomeCases : Cases... {
  using Cases::operator()...;
};

/// Runs the case that is for what came out.
template <class Any, class... Cases>
  requires std::same_as<std::remove_cvref_t<Any>, Outcome>
decltype(auto) match(Any&& outcome, Cases... cases) {
  return std::visit(OutcomeCases<Cases...>{std::move(cases)...}, std::forward<Any>(outcome));
}

[[nodiscard]] source::Outcome kind_of(const Outcome& outcome);

/// What the answer says of the account; null where there is no answer, or it does not say.
[[nodiscard]] const LicenseInfo* license_in(const Outcome& outcome);

}  // namespace kaspersky
