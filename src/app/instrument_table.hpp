// All metrics of the connector. Registration, documentation and tests use these declarations.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "source/product.hpp"
#include "telemetry/metric_table.hpp"

namespace app {

/// Metrics of any connector. Metrics that pycti has, have pycti's names.
struct ConnectorMetrics {
  ConnectorMetrics(telemetry::MetricTable& table, const source::Product& product);

  telemetry::Counter bundles_sent;
  telemetry::Counter objects_sent;
  telemetry::Counter ended;
  telemetry::Counter pings;
  telemetry::Counter failed_pings;
  telemetry::Counter failed;
  telemetry::Counter failed_requests;
  telemetry::Labelled<telemetry::Gauge, 1> state;

  /// By mode and outcome.
  telemetry::Labelled<telemetry::Counter, 2> enrichments;
  /// By mode.
  telemetry::Labelled<telemetry::Histogram, 1> enrichment_duration;
  /// By step; see runtime::StepMetrics.
  telemetry::Labelled<telemetry::Histogram, 1> step_duration;
  telemetry::Counter unreadable;
  telemetry::OptionalGauge queued;
  telemetry::Gauge waiting;
  telemetry::Gauge not_seen_imported;
  telemetry::Counter sent_again;
  telemetry::Gauge deferred;
  telemetry::Gauge under_way;
  telemetry::Labelled<telemetry::Gauge, 1> link_up;
};

/// Metrics of any source.
struct LookupMetrics {
  LookupMetrics(telemetry::MetricTable& table, const source::Product& product);

  /// By kind, rating and outcome.
  telemetry::Labelled<telemetry::Counter, 3> lookups;
};

/// Metrics of the process.
struct ProcessMetrics {
  explicit ProcessMetrics(telemetry::MetricTable& table);

  telemetry::Counter log_lines_dropped;
  /// By version.
  telemetry::Labelled<telemetry::Gauge, 1> build_info;
  telemetry::Gauge start_time;
  telemetry::Counter cpu;
  telemetry::Gauge resident_memory;
  telemetry::Gauge virtual_memory;
  telemetry::Gauge open_files;
  telemetry::OptionalGauge max_open_files;
};

/// All metrics, in the order of the documents.
[[nodiscard]] std::vector<telemetry::MetricRow> metric_rows(const source::Product& product);

/// docs/metrics.md.
[[nodiscard]] std::string metrics_md(const source::Product& product);

/// One line per metric: `name kind label,label`.
[[nodiscard]] std::string metrics_list(const source::Product& product);

}  // namespace app
