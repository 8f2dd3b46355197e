#include "tip/wording.hpp"

#include <fmt/format.h>

#include "kaspersky/date.hpp"
#include "source/verdicts.hpp"
#include "text/time.hpp"

namespace tip {
namespace {

std::string_view advice(const kaspersky::Outcome& outcome) {
  using namespace kaspersky;
  return match(
      outcome, [](const Refused&) { return " Check KASPERSKY_API_KEY."; },
      [](const one_of<Rejected, Unavailable, Malformed> auto&) {
        return " Check KASPERSKY_API_BASE_URL and the proxy.";
      },
      [](const one_of<Found, NotFound, Skipped, RateLimited, QuotaExhausted> auto&) { return ""; });
}

/// Empty if the answer does not have it.
std::string expiry_in(const kaspersky::Outcome& outcome) {
  constexpr std::size_t day = 10;
  const auto* license = kaspersky::license_in(outcome);
  if (license == nullptr) return "";
  const auto date = kaspersky::parse_date(license->token_expiration_date);
  return date ? fmt::format(", which expires on {}", date->substr(0, day)) : "";
}

}  // namespace

std::string found_text(std::optional<kaspersky::Zone> zone) {
  return zone ? fmt::format("Kaspersky zone: {}.", kaspersky::name_of(*zone))
              : "Kaspersky reports no zone.";
}

std::string not_worth_a_lookup_text(const std::string& why) {
  return source::skipped(source_name, why).text;
}

std::string outcome_text(const kaspersky::Outcome& outcome) {
  return kaspersky::match(
      outcome, [](const kaspersky::Found&) { return std::string("Found at Kaspersky."); },
      [](const kaspersky::NotFound&) { return source::not_found(source_name).text; },
      [](const kaspersky::Skipped& skipped) { return not_worth_a_lookup_text(skipped.why); },
      [](const kaspersky::RateLimited& limited) {
        return source::rate_limited(source_name, limited.retry_after).text;
      },
      [](const kaspersky::QuotaExhausted& exhausted) {
        return fmt::format(
            "Not looked up: Kaspersky daily quota exhausted. Lookups resume at {} UTC.",
            text::minutes(exhausted.until));
      },
      [](const kaspersky::Refused& refused) {
        return source::refused(source_name, refused.why).text;
      },
      [](const kaspersky::Rejected& rejected) {
        return source::rejected(source_name, rejected.why).text;
      },
      [](const kaspersky::Unavailable& unavailable) {
        return source::unavailable(source_name, unavailable.why).text;
      },
      [](const kaspersky::Malformed& malformed) {
        return source::malformed(source_name, malformed.why).text;
      });
}

std::string noted_as_unknown_text() {
  return "Kaspersky knows nothing about this object. A note on it says so.";
}

source::CheckResult check_result(const kaspersky::Outcome& outcome) {
  using State = source::CheckResult::State;
  if (source::failed(kind_of(outcome))) {
    return {State::failed, outcome_text(outcome) + std::string(advice(outcome))};
  }
  return {State::ok, "API key accepted" + expiry_in(outcome)};
}

}  // namespace tip
