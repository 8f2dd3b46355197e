// What the state of each part means for the connector as a whole, in words for people.
#pragma once

#include <string>
#include <vector>

#include "kaspersky/breaker.hpp"
#include "kaspersky/budget.hpp"
#include "monitoring/snapshot.hpp"
#include "net/amqp/broker.hpp"
#include "opencti/client/presence.hpp"

namespace monitoring {

/// @param token_rejected the platform does not accept the token any more, which a ping shows later
[[nodiscard]] Link platform_link(const opencti::PresenceState& state, bool token_rejected = false);
/// @param name `broker_in` or `broker_out`
[[nodiscard]] Link broker_link(std::string name, const net::AmqpState& state);
/// Once the breaker's pause is over it is to be tried: were it down until the next message, and
/// messages sent only to who is ready, it would stay so.
/// @param rest how long it is left alone because it set a limit
[[nodiscard]] Link kaspersky_link(const kaspersky::BreakerReport& report,
                                  std::chrono::nanoseconds rest,
                                  std::chrono::system_clock::time_point now);
/// @param problem empty while the store can be written to
/// @param refuses no message can be accepted for that
[[nodiscard]] Link store_link(const std::string& problem, bool refuses = false);
/// For what is not used with these settings.
[[nodiscard]] Link unused_link(std::string name);

/// `closed`, `open`, `probing`.
[[nodiscard]] std::string name_of(kaspersky::BreakerState state);
/// `up`, `down`, `starting`, `off`.
[[nodiscard]] std::string name_of(LinkState state);

[[nodiscard]] QuotaState quota_state(
    const kaspersky::Allowance& allowance,
    const std::optional<std::chrono::system_clock::time_point>& token_expires);

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

/// Ready: registered, messages come in, results go out as far as is known, Kaspersky is asked, and
/// we are not stopping. A store that fails costs lookups, no enrichment, so it does not count,
/// unless messages are accepted into it.
[[nodiscard]] Readiness readiness(const Snapshot& snapshot);

}  // namespace monitoring
