// The metrics of a part of the program as members of a struct: each is declared once, with its
// name, its help and its labels, and counted by its handle. Registration, documentation and tests
// use these declarations.
//
// ```cpp
// struct ServiceMetrics {
//   explicit ServiceMetrics(telemetry::MetricTable& table)
//       : requests(table.counter({"requests_total", "Requests to the service"})),
//         answers(table.counters({"answers_total", "Answers of the service"}, {"status"})) {}
//   telemetry::Counter requests;
//   telemetry::Labelled<telemetry::Counter, 1> answers;
// };
//
// void count(const ServiceMetrics& metrics, const net::HttpResponse& response) {
//   metrics.requests.add();
//   metrics.answers.with(std::to_string(response.status)).add();
// }
// ```
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "export.hpp"
#include "telemetry/metrics.hpp"

namespace telemetry OPENCTI_CONNECTOR_PUBLIC {

enum class MetricKind { counter, gauge, histogram };

/// `counter`, `gauge`, `histogram`.
[[nodiscard]] std::string_view name_of(MetricKind kind);

/// In place of a label's name: the full name of the metric, as pycti's client names it.
inline constexpr std::string_view own_name = "(own-name)";

struct MetricText {
  /// Without the prefix that the settings define.
  std::string name;
  /// One sentence, without a full stop.
  std::string help;
  /// The metric is absent while its value is not known.
  bool optional = false;
  /// A name that all programs use: it gets no prefix.
  bool common = false;
};

struct MetricRow : MetricText {
  MetricKind kind = MetricKind::counter;
  std::vector<std::string_view> labels = {};
};

/// The series of one name, distinguished by N labels. A default-constructed object does nothing.
template <class Handle, std::size_t N>
class Labelled {
 public:
  Labelled() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): the same type with its number of labels
  Labelled(Family<Handle> family) : family_(std::move(family)) {}

  /// @param values of the labels, in the order of their declaration
  template <class... Value>
    requires(sizeof...(Value) == N)
  [[nodiscard]] Handle with(const Value&... values) const {
    return family_.with({std::string_view(values)...});
  }
  /// No such series from now on; no handle of it may be in use.
  template <class... Value>
    requires(sizeof...(Value) == N)
  void remove(const Value&... values) const {
    family_.remove({std::string_view(values)...});
  }

 private:
  Family<Handle> family_;
};

/// A gauge that is absent while its value is not known.
class OptionalGauge {
 public:
  OptionalGauge() = default;
  explicit OptionalGauge(Family<Gauge> family) : family_(std::move(family)) {}

  template <class Number>
  void set(const std::optional<Number>& value) const {
    value ? family_.with({}).set(static_cast<double>(*value)) : family_.remove({});
  }

 private:
  Family<Gauge> family_;
};

/// Sets 1 for the current state, 0 for the others.
inline void set_state(const Labelled<Gauge, 1>& gauges,
                      std::initializer_list<std::string_view> states, std::string_view state) {
  for (const auto each : states) gauges.with(each).set(each == state ? 1 : 0);
}

/// Labels outlive the table. Declarations may be made by one thread at a time; text() may be called
/// by any.
class MetricTable final {
 public:
  /// @param name_space, subsystem go before each name; may be empty
  MetricTable(std::string_view name_space, std::string_view subsystem);

  // Each name may be declared once.
  // @throws std::invalid_argument where Prometheus does not take a name

  [[nodiscard]] Counter counter(const MetricText& text);
  [[nodiscard]] Gauge gauge(const MetricText& text);
  [[nodiscard]] OptionalGauge optional_gauge(const MetricText& text);
  /// With the buckets of bucket_bounds().
  [[nodiscard]] Histogram histogram(const MetricText& text);

  template <std::size_t N>
  [[nodiscard]] Labelled<Counter, N> counters(const MetricText& text,
                                              const std::string_view (&labels)[N]) {
    return counter_family(text, labels);
  }
  template <std::size_t N>
  [[nodiscard]] Labelled<Gauge, N> gauges(const MetricText& text,
                                          const std::string_view (&labels)[N]) {
    return gauge_family(text, labels);
  }
  template <std::size_t N>
  [[nodiscard]] Labelled<Histogram, N> histograms(const MetricText& text,
                                                  const std::string_view (&labels)[N]) {
    return histogram_family(text, labels);
  }

  /// What was declared, in that order.
  [[nodiscard]] std::span<const MetricRow> rows() const { return rows_; }
  /// In Prometheus' text format, as Metrics::text().
  [[nodiscard]] std::string text() const { return metrics_.text(); }

 private:
  using Labels = std::span<const std::string_view>;

  [[nodiscard]] Family<Counter> counter_family(const MetricText& text, Labels labels);
  [[nodiscard]] Family<Gauge> gauge_family(const MetricText& text, Labels labels);
  [[nodiscard]] Family<Histogram> histogram_family(const MetricText& text, Labels labels);
  [[nodiscard]] Description declare(const MetricText& text, MetricKind kind, Labels labels);

  std::string prefix_;
  Metrics metrics_;
  std::vector<MetricRow> rows_;
};

/// Upper bounds of the buckets of all histograms, in seconds: from a cache hit to a message that
/// waits for the end of an outage.
[[nodiscard]] std::span<const double> bucket_bounds();

}  // namespace telemetry OPENCTI_CONNECTOR_PUBLIC
