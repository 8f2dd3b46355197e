// Metrics of a source.
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "export.hpp"
#include "telemetry/metric_table.hpp"
#include "telemetry/metrics.hpp"

namespace source OPENCTI_CONNECTOR_PUBLIC {

/// Metrics that every source has, and the table for its own metrics. Default-constructed it counts
/// nothing.
struct Metrics {
  /// nullptr, or outlives the source. Metrics may be declared only while the source is constructed.
  telemetry::MetricTable* table = nullptr;
  /// Requests with another outcome than `found` and `not_found`.
  telemetry::Counter failed_requests = {};
  /// Duration of a lookup with all its parts: cache, shared lookups, rate limit, retries.
  telemetry::Histogram lookup = {};
  /// Duration of the conversion of an answer to STIX.
  telemetry::Histogram conversion = {};
};

/// Documentation of the metrics that a source registers. All texts are valid for the whole process.
///
/// ```cpp
/// source::OwnMetrics metrics_of_weather() {
///   return {.declare = [](telemetry::MetricTable& table) {
///     (void)table.counter({"weather_storms_total", "Storms that the service named"});
///   }};
/// }
/// ```
struct OwnMetrics {
  struct Label {
    std::string_view name;
    /// In Markdown.
    std::string_view values;
  };
  /// Registers them only for their names and texts. Empty: no own metrics.
  std::function<void(telemetry::MetricTable& table)> declare = {};
  /// The labels of these metrics.
  std::span<const Label> labels = {};
};

}  // namespace source OPENCTI_CONNECTOR_PUBLIC
