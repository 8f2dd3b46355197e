#include "monitoring/health.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace monitoring {
namespace {

Link down(std::string name, std::string detail) {
  return {.name = std::move(name), .state = LinkState::down, .detail = std::move(detail)};
}

Link up(std::string name) { return {.name = std::move(name), .state = LinkState::up}; }

bool in_order(const Link& link) {
  if (link.name == "store") return true;
  // It connects when there is something to publish.
  if (link.name == "broker_out") return link.state != LinkState::down;
  return link.state == LinkState::up || link.state == LinkState::off;
}

}  // namespace

Link platform_link(const opencti::PresenceState& state) {
  const std::string name = "platform";
  if (!state.problem.empty()) return down(name, state.problem);
  if (state.registered) return up(name);
  return {.name = name, .state = LinkState::starting, .detail = "not registered yet"};
}

Link broker_link(std::string name, const net::AmqpState& state) {
  if (!state.problem.empty()) return down(std::move(name), state.problem);
  if (state.up) return up(std::move(name));
  auto detail = name == "broker_out" ? "nothing has been published yet" : "not connected yet";
  return {.name = std::move(name), .state = LinkState::starting, .detail = detail};
}

Link kaspersky_link(const kaspersky::BreakerReport& report) {
  if (report.state == kaspersky::BreakerState::closed) return up("kaspersky");
  return down("kaspersky",
              fmt::format("{}; {}", report.problem,
                          report.refused
                              ? "check KASPERSKY_API_KEY, and the account at tip.kaspersky.com"
                              : "check that KASPERSKY_API_BASE_URL can be reached from this host"));
}

Link store_link(const std::string& problem) {
  if (problem.empty()) return up("store");
  return down("store", fmt::format("{}; check the disk space and the rights of the file "
                                   "KASPERSKY_CACHE_PATH",
                                   problem));
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
