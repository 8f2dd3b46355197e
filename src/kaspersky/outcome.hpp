// How a lookup ends. A closed set: whoever handles outcomes switches over all of them.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "kaspersky/answer.hpp"
#include "net/memory_budget.hpp"

namespace kaspersky {

/// 200 with an answer that could be read.
struct Found {
  Answer answer;
  /// The answer as it came, for whoever remembers it.
  std::string text = {};
  /// The memory that was taken for it, for as long as it is in hand; see AnswerMemory.
  std::shared_ptr<net::MemoryBudget::Lease> memory = {};
};
/// 404: Kaspersky knows nothing of the object. A result, not a failure.
struct NotFound {};
/// Not asked, because the value is not worth a paid call.
struct Skipped {
  std::string why;
};
/// 429: to be asked again later, after `retry_after` where the service said so.
struct RateLimited {
  std::optional<std::chrono::seconds> retry_after;
};
/// Not asked, because the day's requests are used up or kept for others.
struct QuotaSpent {
  /// When there are requests again.
  std::chrono::system_clock::time_point until;
  /// From then on one is made to see whether that is so; no later than `until`.
  std::chrono::system_clock::time_point look_again = until;
};
/// 401 or 403: the token is wrong or expired, lacks the right, or the terms were not accepted.
struct Refused {
  std::string why;
};
/// 400, 414 or another status that asking again will not change.
struct Rejected {
  std::string why;
};
/// No whole answer: network, timeout, 5xx.
struct Unavailable {
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
  std::string why;
};

using Outcome = std::variant<Found, NotFound, Skipped, RateLimited, QuotaSpent, Refused, Rejected,
                             Unavailable, Malformed>;

}  // namespace kaspersky
