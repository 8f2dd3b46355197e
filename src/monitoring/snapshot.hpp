// How the connector is at one moment: for the probes, the status page and the metrics.
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

/// What the connector depends on.
struct Link {
  /// `platform`, `broker_in`, `broker_out`, `store`, or the source's.
  std::string name;
  LinkState state = LinkState::starting;
  /// For people: why it is not up, and what to do; empty while it is.
  std::string detail;
  /// Whether no message is enriched without it.
  bool needed = true;
  /// It is tried when there is something for it, so that it is in order until it is down.
  bool tried_on_use = false;
};

/// One that runs beside this, with the same id.
struct OtherReplica {
  std::string name;
  std::chrono::system_clock::time_point started;
};

/// This one among those that share its work.
struct Replicas {
  std::string name;
  std::vector<OtherReplica> others;
};

struct Snapshot {
  std::chrono::system_clock::time_point at;
  std::chrono::system_clock::time_point started;
  std::vector<Link> links;
  /// Messages in the broker's queue, not yet delivered; nothing where that is not known.
  std::optional<std::uint64_t> queued;
  /// Delivered or accepted, and not begun.
  std::size_t waiting = 0;
  /// Put off until there are requests to the source left for them.
  std::size_t set_aside = 0;
  /// Being worked on, or finished and waiting for their turn to be published.
  std::size_t under_way = 0;
  /// Results that were sent, and have not been seen imported.
  std::size_t not_seen_imported = 0;
  source::SourceState source;
  bool stopping = false;
  /// Nothing where there is one instance alone.
  std::optional<Replicas> replicas;
  /// Lines of the log that could not be written in time, or at all.
  std::uint64_t log_lines_dropped = 0;
};

}  // namespace monitoring
