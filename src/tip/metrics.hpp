// Metrics of Kaspersky as the source.
#pragma once

#include <chrono>
#include <cstdint>

#include "source/metrics.hpp"
#include "source/state.hpp"
#include "telemetry/metric_table.hpp"

namespace tip {

/// Default-constructed it counts nothing.
struct Metrics {
  Metrics() = default;
  /// Registers the metrics; the table must outlive all handles.
  explicit Metrics(telemetry::MetricTable& table);

  /// Updates the metrics that show a state. Called by one thread at a time.
  /// @param cached size of all cached answers, in bytes
  void update(const source::SourceState& state, std::int64_t cached,
              std::chrono::system_clock::time_point now) const;

  /// By result; see kaspersky::ClientMetrics.
  telemetry::Labelled<telemetry::Counter, 1> requests;
  telemetry::Histogram request_duration;
  telemetry::Counter retries;
  telemetry::Counter shared_lookups;
  telemetry::Labelled<telemetry::Gauge, 1> breaker_state;
  telemetry::OptionalGauge quota_limit;
  /// By client: `here`, `all`.
  telemetry::Labelled<telemetry::Gauge, 1> quota_used;
  /// By purpose: `manual`, `automatic`; absent while not known.
  telemetry::Labelled<telemetry::Gauge, 1> quota_left;
  telemetry::OptionalGauge token_left;

  telemetry::Counter cache_hits;
  telemetry::Counter cache_misses;
  telemetry::Gauge cache_bytes;

 private:
  void update(const source::Quota& quota, std::chrono::system_clock::time_point now) const;
};

/// For the documents.
[[nodiscard]] source::OwnMetrics own_metrics();

}  // namespace tip
