#include "source/outcome.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace source {
namespace {

/// The table: name, failed, from_source, category, meaning. A switch, because the compiler reports
/// a missing outcome.
constexpr OutcomeRow row(Outcome outcome) {
  using enum OutcomeCategory;
  switch (outcome) {
    case Outcome::found:
      return {"found", false, true, known, "The source knows the object"};
    case Outcome::not_found:
      return {"not_found", false, true, unknown, "The source knows nothing about the object"};
    case Outcome::skipped:
      return {"skipped", false, false, not_asked,
              "The value is not worth a request, such as a private address"};
    case Outcome::rate_limited:
      return {"rate_limited", true, true, limited, "The source's rate limit is reached"};
    case Outcome::quota_exhausted:
      return {"quota_exhausted", true, false, outage,
              "The daily quota for this kind of request is exhausted"};
    case Outcome::refused:
      return {"refused", true, true, outage,
              "The source rejected the credentials, or they lack a right"};
    case Outcome::rejected:
      return {"rejected", true, true, unusable, "The source reported an invalid request"};
    case Outcome::unavailable:
      return {"unavailable", true, true, outage, "The source did not answer"};
    case Outcome::malformed:
      return {"malformed", true, true, unusable, "The answer could not be used"};
    case Outcome::out_of_scope:
      return {"out_of_scope", false, false, unusable,
              "CONNECTOR_SCOPE does not name this type of object"};
    case Outcome::over_tlp:
      return {"over_tlp", false, false, unusable,
              "The object has a TLP marking that is stricter than CONNECTOR_MAX_TLP"};
    case Outcome::over_pap:
      return {"over_pap", false, false, unusable,
              "The object has a PAP marking that is stricter than the limit"};
    case Outcome::own_result:
      return {"own_result", false, false, unusable, "The connector itself created the object"};
    case Outcome::not_for_drafts:
      return {"not_for_drafts", true, false, unusable,
              "The result would be stored outside of the draft"};
    case Outcome::unreadable:
      return {"unreadable", true, false, unusable, "The request or the object could not be read"};
    case Outcome::too_large:
      return {"too_large", true, false, unusable,
              "The playbook's bundle is too large: OpenCTI would reject it with the result added"};
    case Outcome::given_up:
      return {"given_up", true, false, unusable, "Earlier attempts at the message failed"};
    case Outcome::already_sent:
      return {"already_sent", false, false, unusable,
              "The message was delivered again; its result was sent before"};
    case Outcome::already_reported:
      return {"already_reported", false, false, unusable,
              "The message was delivered again; it was reported on before"};
    case Outcome::draft_gone:
      return {"draft_gone", true, false, unusable,
              "The draft was validated or deleted in the meantime"};
    case Outcome::playbook_gone:
      return {"playbook_gone", false, false, unusable,
              "The playbook or its step was deleted in the meantime"};
    case Outcome::not_published:
      return {"not_published", true, false, unusable,
              "The platform or the broker rejected the result"};
    case Outcome::internal_error:
      return {"internal_error", true, false, unusable, "The connector failed on the object"};
  }
  return {"", false, false, unusable, ""};
}

constexpr Outcome outcome_at(std::size_t place) { return static_cast<Outcome>(place); }

constexpr std::size_t count = [] {
  std::size_t known = 0;
  while (!row(outcome_at(known)).name.empty()) ++known;
  return known;
}();

template <std::size_t... places>
constexpr auto rows_at(std::index_sequence<places...> /*all*/) {
  return std::array{row(outcome_at(places))...};
}
template <std::size_t... places>
constexpr auto outcomes_at(std::index_sequence<places...> /*all*/) {
  return std::array{outcome_at(places)...};
}

constexpr auto rows = rows_at(std::make_index_sequence<count>());
constexpr auto outcomes = outcomes_at(std::make_index_sequence<count>());

}  // namespace

const OutcomeRow& row_of(Outcome outcome) { return rows.at(static_cast<std::size_t>(outcome)); }

std::span<const Outcome> all_outcomes() { return outcomes; }

}  // namespace source
