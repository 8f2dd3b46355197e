#include "monitoring/health.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "text/time.hpp"

namespace monitoring {
namespace {

/// Messages outlast a shorter one.
constexpr std::chrono::seconds short_rest{10};

Link down(std::string name, std::string detail) {
  return {.name = std::move(name), .state = LinkState::down, .detail = std::move(detail)};
}

Link up(std::string name) { return {.name = std::move(name), .state = LinkState::up}; }

bool in_order(const Link& link) {
  if (!link.needed) return true;
  // Both are tried when there is something to publish, or to ask.
  if (link.name == "broker_out" || link.name == "kaspersky") return link.state != LinkState::down;
  return link.state == LinkState::up || link.state == LinkState::off;
}

}  // namespace

Link platform_link(const opencti::PresenceState& state, bool token_rejected) {
  const std::string name = "platform";
  if (!state.problem.empty()) return down(name, state.problem);
  if (token_rejected) {
    return down(name,
                "it does not accept the token; put a new one of the connector's user into "
                "OPENCTI_TOKEN, and restart");
  }
  if (state.registered) return up(name);
  return {.name = name, .state = LinkState::starting, .detail = "not registered yet"};
}

Link broker_link(std::string name, const net::AmqpState& state) {
  if (!state.problem.empty()) return down(std::move(name), state.problem);
  if (state.up) return up(std::move(name));
  auto detail = name == "broker_out" ? "nothing has been published yet" : "not connected yet";
  return {.name = std::move(name), .state = LinkState::starting, .detail = detail};
}

Link kaspersky_link(const kaspersky::BreakerReport& report, std::chrono::nanoseconds rest,
                    std::chrono::system_clock::time_point now) {
  const std::string name = "kaspersky";
  if (report.state != kaspersky::BreakerState::closed) {
    auto detail = fmt::format(
        "{}; {}", report.problem,
        report.refused ? "check KASPERSKY_API_KEY, and the account at tip.kaspersky.com"
                       : "check that KASPERSKY_API_BASE_URL can be reached from this host");
    const auto state = report.to_be_tried ? LinkState::starting : LinkState::down;
    return {.name = name, .state = state, .detail = std::move(detail)};
  }
  if (rest <= short_rest) return up(name);
  const auto again = now + std::chrono::ceil<std::chrono::seconds>(rest);
  return down(name,
              fmt::format("it limits requests (status 429); the next is made at {} UTC; "
                          "lower KASPERSKY_REQUESTS_PER_SECOND, or see who else uses the licence",
                          text::seconds(again)));
}

Link store_link(const std::string& problem, bool refuses) {
  const std::string name = "store";
  if (problem.empty()) return {.name = name, .state = LinkState::up, .needed = refuses};
  return {.name = name,
          .state = LinkState::down,
          .detail = fmt::format("{}; check the disk space and the rights of the file "
                                "KASPERSKY_CACHE_PATH",
                                problem),
          .needed = refuses};
}

Link unused_link(std::string name) { return {.name = std::move(name), .state = LinkState::off}; }

std::string name_of(kaspersky::BreakerState state) {
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

std::string name_of(LinkState state) {
  switch (state) {
    case LinkState::up:
      return "up";
    case LinkState::down:
      return "down";
    case LinkState::starting:
      return "starting";
    case LinkState::off:
      break;
  }
  return "off";
}

QuotaState quota_state(const kaspersky::Allowance& allowance,
                       const std::optional<std::chrono::system_clock::time_point>& token_expires) {
  return {.used_here = allowance.used.ours,
          .used_by_all = allowance.used.all,
          .limit = allowance.limit,
          .left = allowance.left_for_people,
          .left_for_automatic = allowance.left_for_automatic,
          .resets = allowance.resets,
          .token_expires = token_expires};
}

Readiness readiness(const Snapshot& snapshot) {
  Readiness out;
  out.ready =
      !snapshot.stopping && std::all_of(snapshot.links.begin(), snapshot.links.end(), in_order);
  for (const auto& link : snapshot.links) {
    out.parts.push_back({.name = link.name, .state = name_of(link.state), .detail = link.detail});
  }
  if (snapshot.stopping) {
    out.parts.push_back({.name = "connector",
                         .state = "stopping",
                         .detail = "finishing what has been begun, taking nothing new"});
  }
  return out;
}

}  // namespace monitoring
