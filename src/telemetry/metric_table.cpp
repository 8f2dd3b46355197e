#include "telemetry/metric_table.hpp"

namespace telemetry {
namespace {

constexpr auto bounds = std::to_array<double>(
    {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300});

}  // namespace

std::span<const double> bucket_bounds() { return bounds; }

std::string_view name_of(MetricKind kind) {
  switch (kind) {
    case MetricKind::counter:
      return "counter";
    case MetricKind::gauge:
      return "gauge";
    case MetricKind::histogram:
      break;
  }
  return "histogram";
}

MetricTable::MetricTable(std::string_view name_space, std::string_view subsystem) {
  for (const auto part : {name_space, subsystem}) {
    if (!part.empty()) prefix_.append(part).append("_");
  }
}

// A rate needs to have seen each series without labels at zero.

Counter MetricTable::counter(const MetricText& text) { return counter_family(text, {}).with({}); }
Gauge MetricTable::gauge(const MetricText& text) { return gauge_family(text, {}).with({}); }
Histogram MetricTable::histogram(const MetricText& text) {
  return histogram_family(text, {}).with({});
}

OptionalGauge MetricTable::optional_gauge(const MetricText& text) {
  auto optional = text;
  optional.optional = true;
  return OptionalGauge(gauge_family(optional, {}));
}

Family<Counter> MetricTable::counter_family(const MetricText& text, Labels labels) {
  return metrics_.counters(declare(text, MetricKind::counter, labels));
}

Family<Gauge> MetricTable::gauge_family(const MetricText& text, Labels labels) {
  return metrics_.gauges(declare(text, MetricKind::gauge, labels));
}

Family<Histogram> MetricTable::histogram_family(const MetricText& text, Labels labels) {
  return metrics_.histograms(declare(text, MetricKind::histogram, labels),
                             {bounds.begin(), bounds.end()});
}

Description MetricTable::declare(const MetricText& text, MetricKind kind, Labels labels) {
  rows_.push_back({text, kind, {labels.begin(), labels.end()}});
  Description description{.name = text.common ? text.name : prefix_ + text.name, .help = text.help};
  for (const auto label : labels) {
    description.labels.push_back(label == own_name ? description.name : std::string(label));
  }
  return description;
}

}  // namespace telemetry
