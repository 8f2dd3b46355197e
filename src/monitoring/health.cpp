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
  if (!link.needed) return true;
  if (link.tried_on_use) return link.state != LinkState::down;
  return link.state == LinkState::up || link.state == LinkState::off;
}

}  // namespace

Link platform_link(const opencti::PresenceState& state, bool token_rejected) {
  const std::string name = "platform";
  if (!state.problem.empty()) return down(name, state.problem);
  if (token_rejected) {
    return down(name,
                "it does not accept the token; set a new token of the connector's user in "
                "OPENCTI_TOKEN, and restart");
  }
  if (state.registered) return up(name);
  return {.name = name, .state = LinkState::starting, .detail = "not registered yet"};
}

Link broker_link(std::string name, const net::AmqpState& state) {
  const bool publishes = name == "broker_out";
  Link link{.name = std::move(name), .tried_on_use = publishes};
  if (!state.problem.empty()) {
    link.state = LinkState::down;
    link.detail = state.problem;
  } else if (state.up) {
    link.state = LinkState::up;
  } else {
    link.detail = publishes ? "nothing has been published yet" : "not connected yet";
  }
  return link;
}

Link source_link(std::string name, const source::SourceState& state) {
  return {
      .name = std::move(name), .state = state.link, .detail = state.detail, .tried_on_use = true};
}

Link store_link(const std::string& problem, std::string_view setting, bool rejects_messages) {
  const std::string name = "store";
  if (problem.empty()) return {.name = name, .state = LinkState::up, .needed = rejects_messages};
  return {.name = name,
          .state = LinkState::down,
          .detail = fmt::format("{}; check the disk space and the permissions of the file in {}",
                                problem, setting),
          .needed = rejects_messages};
}

Link shared_store_link(const std::string& problem) {
  const std::string name = "shared_store";
  if (problem.empty()) return {.name = name, .state = LinkState::up, .needed = false};
  return {.name = name,
          .state = LinkState::down,
          .detail = fmt::format("{}; each replica goes on with its own cache, and with "
                                "its share of the quota that was left",
                                problem),
          .needed = false};
}

Link unused_link(std::string name) { return {.name = std::move(name), .state = LinkState::off}; }

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
                         .detail = "finishing begun messages, taking no new ones"});
  }
  return out;
}

}  // namespace monitoring
