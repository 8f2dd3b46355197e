// How Kaspersky is, as far as the last requests show.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "kaspersky/breaker.hpp"
#include "kaspersky/budget.hpp"
#include "source/state.hpp"

namespace tip {

/// All but the quota and the store. Once the breaker's pause is over it is to be tried: were it
/// down until the next message, and messages sent only to who is ready, it would stay so.
/// @param rest how long it is left alone because it set a limit
[[nodiscard]] source::SourceState state_of(const kaspersky::BreakerReport& report,
                                           std::chrono::nanoseconds rest,
                                           std::chrono::system_clock::time_point now);

[[nodiscard]] source::Quota quota_of(
    const kaspersky::Allowance& allowance,
    const std::optional<std::chrono::system_clock::time_point>& token_expires);

/// `closed`, `open`, `probing`.
[[nodiscard]] std::string_view name_of(kaspersky::BreakerState state);

}  // namespace tip
