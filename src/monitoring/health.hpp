// What the state of each part means for the connector as a whole, in words for people.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "monitoring/snapshot.hpp"
#include "net/amqp/broker.hpp"
#include "opencti/client/presence.hpp"
#include "source/state.hpp"

namespace monitoring {

/// @param token_rejected the platform does not accept the token any more, which a ping shows later
[[nodiscard]] Link platform_link(const opencti::PresenceState& state, bool token_rejected = false);
/// @param name `broker_in` or `broker_out`
[[nodiscard]] Link broker_link(std::string name, const net::AmqpState& state);
/// @param name as the product calls it
[[nodiscard]] Link source_link(std::string name, const source::SourceState& state);
/// @param problem empty while the store can be written to
/// @param setting that names its file
/// @param refuses no message can be accepted for that
[[nodiscard]] Link store_link(const std::string& problem, std::string_view setting,
                              bool refuses = false);
/// @param problem empty while the server that replicas share can be used
[[nodiscard]] Link shared_store_link(const std::string& problem);
/// For what is not used with these settings.
[[nodiscard]] Link unused_link(std::string name);

/// `up`, `down`, `starting`, `off`.
[[nodiscard]] std::string name_of(LinkState state);

struct Readiness {
  struct Part {
    std::string name;
    /// As of LinkState, or `stopping`.
    std::string state;
    /// For people; empty where nothing is to be said.
    std::string detail;
  };
  /// Messages that come now are enriched, and what comes of them arrives.
  bool ready = false;
  std::vector<Part> parts;
};

/// Ready: registered, messages come in, results go out as far as is known, the source is asked, and
/// we are not stopping. A store that fails costs lookups, no enrichment, so it does not count,
/// unless messages are accepted into it.
[[nodiscard]] Readiness readiness(const Snapshot& snapshot);

}  // namespace monitoring
