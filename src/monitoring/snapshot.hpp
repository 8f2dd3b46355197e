// The state of the connector at one moment, for the probes, the status page and the metrics.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "source/state.hpp"

namespace monitoring {

using source::LinkState;

/// The state of something that the connector depends on.
struct Link {
  /// `platform`, `broker_in`, `broker_out`, `store`, or the source's name.
  std::string name;
  LinkState state = LinkState::starting;
  /// For people: why it is not up, and what to do; empty if it is up.
  std::string detail;
  /// Whether it is necessary for enrichments.
  bool needed = true;
  /// Whether it is only tried when it is used: `starting` then counts as working.
  bool tried_on_use = false;
};

/// Another instance with the same connector id.
struct OtherReplica {
  std::string name;
  std::chrono::system_clock::time_point started;
};

/// This replica, and the others that share its work.
struct Replicas {
  std::string name;
  std::vector<OtherReplica> others;
};

struct Snapshot {
  std::chrono::system_clock::time_point at;
  std::chrono::system_clock::time_point started;
  std::vector<Link> links;
  /// Messages in the broker's queue that are not delivered yet; nothing if unknown.
  std::optional<std::uint64_t> queued;
  /// Messages delivered or accepted, but not begun.
  std::size_t waiting = 0;
  /// Messages that wait until the source's quota is available again.
  std::size_t deferred = 0;
  /// Messages in progress, or waiting for their turn to be published.
  std::size_t under_way = 0;
  /// Results that were sent, but whose import was not seen yet.
  std::size_t not_seen_imported = 0;
  source::SourceState source;
  bool stopping = false;
  /// Nothing for a single instance.
  std::optional<Replicas> replicas;
  /// Number of log lines that could not be written.
  std::uint64_t log_lines_dropped = 0;
};

}  // namespace monitoring
