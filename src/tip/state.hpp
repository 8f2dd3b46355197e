// The state of Kaspersky, as seen by the last requests.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "kaspersky/breaker.hpp"
#include "kaspersky/budget.hpp"
#include "source/state.hpp"

namespace tip {

/// The state without quota and store. After the breaker's pause the state is `starting`, not
/// `down`: otherwise a load balancer that sends messages only to ready instances would never
/// trigger the probe.
/// @param pause the rest of a pause after a rate limit
[[nodiscard]] source::SourceState state_of(const kaspersky::BreakerReport& report,
                                           std::chrono::nanoseconds pause,
                                           std::chrono::system_clock::time_point now);

[[nodiscard]] source::Quota quota_of(
    const kaspersky::Allowance& allowance,
    const std::optional<std::chrono::system_clock::time_point>& token_expires);

/// `closed`, `open`, `probing`.
[[nodiscard]] std::string_view name_of(kaspersky::BreakerState state);

}  // namespace tip
