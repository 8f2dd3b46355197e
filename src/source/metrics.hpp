// How a source is counted.
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "export.hpp"
#include "telemetry/metric_table.hpp"
#include "telemetry/metrics.hpp"

namespace source OPENCTI_CONNECTOR_PUBLIC {

/// What is counted of every source, and where it registers what it counts of its own. Made by
/// default nothing is counted.
struct Metrics {
  /// nullptr, or outlives the source. Declarations are made while the source is made.
  telemetry::MetricTable* table = nullptr;
  /// Requests that brought neither an answer nor that there is none.
  telemetry::Counter failed_requests = {};
  /// Asking the service with all that belongs to it: cache, others who ask the same, pace, retries.
  telemetry::Histogram lookup = {};
  /// The answer into STIX.
  telemetry::Histogram conversion = {};
};

/// What documents say of the metrics that a source registers. All texts outlive the process.
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
  /// Registers them for their names and texts alone. Empty: there are none.
  std::function<void(telemetry::MetricTable& table)> declare = {};
  /// Those of their labels.
  std::span<const Label> labels = {};
};

}  // namespace source OPENCTI_CONNECTOR_PUBLIC
