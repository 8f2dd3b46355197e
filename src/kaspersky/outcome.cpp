#include "kaspersky/outcome.hpp"

namespace kaspersky {

source::Outcome kind_of(const Outcome& outcome) {
  return std::visit([](const auto& alternative) { return alternative.kind; }, outcome);
}

bool is_deferred(const Outcome& outcome) {
  return match(
      outcome, [](const Unavailable& unavailable) { return unavailable.deferred; },
      [](const one_of<Found, NotFound, Skipped, RateLimited, QuotaExhausted, Refused, Rejected,
                      Malformed> auto&) { return false; });
}

const LicenseInfo* license_in(const Outcome& outcome) {
  return match(
      outcome,
      [](const Found& found) { return found.answer.license ? &*found.answer.license : nullptr; },
      [](const one_of<NotFound, Skipped, RateLimited, QuotaExhausted, Refused, Rejected,
                      Unavailable, Malformed> auto&) -> const LicenseInfo* { return nullptr; });
}

}  // namespace kaspersky
