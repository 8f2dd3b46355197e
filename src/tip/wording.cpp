#include "tip/wording.hpp"

#include <fmt/format.h>

#include "text/time.hpp"

namespace tip {
std::string found_text(std::optional<kaspersky::Zone> zone) {
  return fmt::format("Kaspersky says {}.",
                     zone ? fmt::format("zone {}", kaspersky::name_of(*zone)) : "no zone");
}

std::string not_worth_asking_text(const std::string& why) {
  return fmt::format("Not looked up at Kaspersky: {}.", why);
}

std::string outcome_text(const kaspersky::Outcome& outcome) {
  return kaspersky::match(
      outcome, [](const kaspersky::Found&) { return std::string("Found at Kaspersky."); },
      [](const kaspersky::NotFound&) {
        return std::string("Kaspersky knows nothing about this object. Nothing was changed.");
      },
      [](const kaspersky::Skipped& skipped) { return not_worth_asking_text(skipped.why); },
      [](const kaspersky::RateLimited& limited) {
        if (!limited.retry_after) {
          return std::string(
              "Kaspersky answers no further requests for now (rate limit). Ask again later.");
        }
        return fmt::format(
            "Kaspersky answers no further requests for now (rate limit). Ask again in {} "
            "seconds.",
            limited.retry_after->count());
      },
      [](const kaspersky::QuotaSpent& spent) {
        return fmt::format(
            "Not looked up: today's requests to Kaspersky are used up. It goes on at "
            "{} UTC.",
            text::minutes(spent.until));
      },
      [](const kaspersky::Refused& refused) {
        return fmt::format("Kaspersky refused the request: {}.", refused.why);
      },
      [](const kaspersky::Rejected& rejected) {
        return fmt::format("Kaspersky did not accept the request: {}.", rejected.why);
      },
      [](const kaspersky::Unavailable& unavailable) {
        return fmt::format("Kaspersky could not be asked: {}. Ask again later.", unavailable.why);
      },
      [](const kaspersky::Malformed& malformed) {
        return fmt::format("Kaspersky's answer could not be used: {}.", malformed.why);
      });
}

std::string noted_as_unknown_text() {
  return "Kaspersky knows nothing about this object. A note on it says so.";
}

}  // namespace tip
