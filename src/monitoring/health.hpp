// The meaning of each part's state for the connector, in texts for people.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "monitoring/snapshot.hpp"
#include "net/amqp/broker.hpp"
#include "opencti/client/presence.hpp"
#include "source/state.hpp"

namespace monitoring {

/// @param token_rejected a request showed that the platform rejects the token, before the next ping
[[nodiscard]] Link platform_link(const opencti::PresenceState& state, bool token_rejected = false);
/// @param name `broker_in` or `broker_out`
[[nodiscard]] Link broker_link(std::string name, const net::AmqpState& state);
/// @param name of the source in the product
[[nodiscard]] Link source_link(std::string name, const source::SourceState& state);
/// @param problem empty while the store can be written
/// @param setting that names its file
/// @param rejects_messages whether messages are rejected because of the problem
[[nodiscard]] Link store_link(const std::string& problem, std::string_view setting,
                              bool rejects_messages = false);
/// @param problem empty while the server that replicas share can be used
[[nodiscard]] Link shared_store_link(const std::string& problem);
/// For a part that is not used with these settings.
[[nodiscard]] Link unused_link(std::string name);

/// `up`, `down`, `starting`, `off`.
[[nodiscard]] std::string name_of(LinkState state);

struct Readiness {
  struct Part {
    std::string name;
    /// A name of LinkState, or `stopping`.
    std::string state;
    /// For people; may be empty.
    std::string detail;
  };
  /// Messages that come now are enriched, and their results are imported.
  bool ready = false;
  std::vector<Part> parts;
};

/// Ready: the connector is registered, receives messages, can send results as far as known, its
/// source is available, and it is not stopping. A failing store causes further lookups, but
/// prevents no enrichment, so it is ignored, unless messages are accepted into it.
[[nodiscard]] Readiness readiness(const Snapshot& snapshot);

}  // namespace monitoring
