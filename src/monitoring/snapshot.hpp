// How the connector is at one moment: for the probes, the status page and the metrics.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace monitoring {

/// `starting`: not yet tried, or not yet known. `off`: not used with these settings.
enum class LinkState { up, down, starting, off };

/// What the connector depends on.
struct Link {
  /// `platform`, `broker_in`, `broker_out`, `kaspersky`, `store`.
  std::string name;
  LinkState state = LinkState::starting;
  /// For people: why it is not up, and what to do; empty while it is.
  std::string detail;
  /// Whether no message is enriched without it.
  bool needed = true;
};

/// The day's requests to Kaspersky.
struct QuotaState {
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

struct Snapshot {
  std::chrono::system_clock::time_point at;
  std::chrono::system_clock::time_point started;
  std::vector<Link> links;
  /// Messages in the broker's queue, not yet delivered; nothing where that is not known.
  std::optional<std::uint64_t> queued;
  /// Delivered or accepted, and not begun.
  std::size_t waiting = 0;
  /// Put off until there are requests to Kaspersky left for them.
  std::size_t set_aside = 0;
  /// Being worked on, or finished and waiting for their turn to be published.
  std::size_t under_way = 0;
  /// Results that were sent, and have not been seen imported.
  std::size_t not_seen_imported = 0;
  /// `closed`, `open`, `probing`.
  std::string breaker;
  QuotaState quota;
  bool stopping = false;
  /// Lines of the log that could not be written in time, or at all.
  std::uint64_t log_lines_dropped = 0;
};

}  // namespace monitoring
