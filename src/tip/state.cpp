#include "tip/state.hpp"

#include <fmt/format.h>

#include "text/time.hpp"

namespace tip {
namespace {

using source::LinkState;

/// Messages simply wait for the end of a shorter pause.
constexpr std::chrono::seconds short_pause{10};

}  // namespace

source::SourceState state_of(const kaspersky::BreakerReport& report, std::chrono::nanoseconds pause,
                             std::chrono::system_clock::time_point now) {
  source::SourceState out{.breaker = name_of(report.state)};
  if (report.state != kaspersky::BreakerState::closed) {
    out.link = report.to_be_tried ? LinkState::starting : LinkState::down;
    out.detail = fmt::format(
        "{}; {}", report.problem,
        report.refused ? "check KASPERSKY_API_KEY, and the account at tip.kaspersky.com"
                       : "check that KASPERSKY_API_BASE_URL can be reached from this host");
  } else if (pause > short_pause) {
    out.link = LinkState::down;
    out.detail = fmt::format(
        "rate limit reached (status 429); the next request is sent at {} UTC; lower "
        "KASPERSKY_REQUESTS_PER_SECOND, or check which other clients use the licence",
        text::seconds(now + std::chrono::ceil<std::chrono::seconds>(pause)));
  }
  return out;
}

source::Quota quota_of(const kaspersky::Allowance& allowance,
                       const std::optional<std::chrono::system_clock::time_point>& token_expires) {
  return {.used_here = allowance.used.ours,
          .used_by_all = allowance.used.all,
          .limit = allowance.limit,
          .left = allowance.left_for_people,
          .left_for_automatic = allowance.left_for_automatic,
          .resets = allowance.resets,
          .token_expires = token_expires};
}

std::string_view name_of(kaspersky::BreakerState state) {
  switch (state) {
    case kaspersky::BreakerState::closed:
      return "closed";
    case kaspersky::BreakerState::open:
      return "open";
    case kaspersky::BreakerState::probing:
      break;
  }
  return "probing";
}

}  // namespace tip
