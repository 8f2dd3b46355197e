// The state of a source, for the probes, the status page and the metrics.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "export.hpp"

namespace source OPENCTI_CONNECTOR_PUBLIC {

/// `starting`: not tried yet, or will be retried. `off`: not used with these settings.
enum class LinkState { up, down, starting, off };

/// The day's requests.
struct Quota {
  std::int64_t used_here = 0;
  /// By all clients with this licence, as far as known.
  std::int64_t used_by_all = 0;
  /// Nothing if neither the settings nor an answer had one.
  std::optional<std::int64_t> limit;
  /// For manual requests, which have a reserve.
  std::optional<std::int64_t> left;
  std::optional<std::int64_t> left_for_automatic;
  std::chrono::system_clock::time_point resets;
  /// Expiry of the API token, if an answer had it.
  std::optional<std::chrono::system_clock::time_point> token_expires;
};

struct SourceState {
  /// `up` unless there is a known reason not to send requests.
  LinkState link = LinkState::up;
  /// For people: why it is not up, and what to do; empty if it is up.
  std::string detail = {};
  /// State of a circuit breaker: `closed`, `open`, `probing`; empty if the source has none.
  std::string_view breaker = {};
  /// Nothing if the source does not count requests.
  std::optional<Quota> quota = {};
  /// Why the store cannot be written; empty while it can.
  std::string store_problem = {};
};

}  // namespace source OPENCTI_CONNECTOR_PUBLIC
