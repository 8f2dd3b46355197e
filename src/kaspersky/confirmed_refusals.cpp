#include "kaspersky/confirmed_refusals.hpp"

#include <fmt/format.h>

#include <utility>

namespace kaspersky {

ConfirmedRefusals::ConfirmedRefusals(ConfirmedRefusalsOptions options, Lookup& next)
    : options_(std::move(options)), next_(next) {
  if (!options_.wait) options_.wait = net::pause;
}

Outcome ConfirmedRefusals::look_up(const Inquiry& inquiry, const net::Deadline& deadline) {
  auto outcome = next_.look_up(inquiry, deadline);
  return match(
      outcome,
      [&](const Refused& refused) -> Outcome {
        if (options_.pause >= deadline.remaining() ||
            !options_.wait(options_.pause, deadline.stop())) {
          return Unavailable{
              .why = fmt::format("{}; no time was left to confirm that", refused.why),
              .transient = false};
        }
        auto retry = inquiry;
        retry.is_retry = true;
        retry.hedged = false;
        return next_.look_up(retry, deadline);
      },
      [](one_of<Found, NotFound, Skipped, RateLimited, QuotaExhausted, Rejected, Unavailable,
                Malformed> auto& other) -> Outcome { return std::move(other); });
}

}  // namespace kaspersky
