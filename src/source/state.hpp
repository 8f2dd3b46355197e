// How a source is at one moment: for the probes, the status page and the metrics.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "export.hpp"

namespace source OPENCTI_CONNECTOR_PUBLIC {

/// `starting`: not yet tried, or to be tried again. `off`: not used with these settings.
enum class LinkState { up, down, starting, off };

/// The day's requests.
struct Quota {
  std::int64_t used_here = 0;
  /// By all who use the licence, as far as is known.
  std::int64_t used_by_all = 0;
  /// Nothing where neither the settings nor an answer told one.
  std::optional<std::int64_t> limit;
  /// For people; automatic requests leave them a reserve.
  std::optional<std::int64_t> left;
  std::optional<std::int64_t> left_for_automatic;
  std::chrono::system_clock::time_point resets;
  /// Of the API token, where an answer told it.
  std::optional<std::chrono::system_clock::time_point> token_expires;
};

struct SourceState {
  /// `up` as long as nothing is known against asking.
  LinkState link = LinkState::up;
  /// For people: why it is not up, and what to do; empty while it is.
  std::string detail = {};
  /// Of a circuit breaker: `closed`, `open`, `probing`; empty where the source has none.
  std::string_view breaker = {};
  /// Nothing where the source does not count requests.
  std::optional<Quota> quota = {};
  /// Why what is remembered cannot be written to the store; empty while it can.
  std::string store_problem = {};
};

}  // namespace source OPENCTI_CONNECTOR_PUBLIC
