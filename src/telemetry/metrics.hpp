// Figures about the running connector, as Prometheus reads them. prometheus-cpp appears in
// metrics.cpp only.
//
// Rooms take handles in their options and count with them. A default-constructed handle does
// nothing: callers without metrics pass none.
//
// ```cpp
// void look_up(const telemetry::Histogram& durations, const telemetry::Counter& failures,
//              const std::function<bool()>& ask) {
//   const telemetry::Stopwatch stopwatch(durations);
//   if (!ask()) failures.add();
// }
// ```
#pragma once

#include <chrono>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "export.hpp"

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
class Registry;
}  // namespace prometheus

namespace telemetry OPENCTI_CONNECTOR_PUBLIC {

// Handles are cheap to copy, thread-safe, and valid for as long as the Metrics they came from.

/// A number that only rises.
class Counter {
 public:
  Counter() = default;
  /// @param series nullptr, or outlives this object
  explicit Counter(prometheus::Counter* series) : series_(series) {}

  /// @param amount not negative
  void add(double amount = 1) const;
  /// For a number that is counted elsewhere: raises the counter to `value`. One caller at a time.
  void raise_to(double value) const;

 private:
  prometheus::Counter* series_ = nullptr;
};

/// A number that rises and falls.
class Gauge {
 public:
  Gauge() = default;
  /// @param series nullptr, or outlives this object
  explicit Gauge(prometheus::Gauge* series) : series_(series) {}

  void set(double value) const;

 private:
  prometheus::Gauge* series_ = nullptr;
};

/// Counts durations by how long they were.
class Histogram {
 public:
  Histogram() = default;
  /// @param series nullptr, or outlives this object
  explicit Histogram(prometheus::Histogram* series) : series_(series) {}

  /// A negative duration, after a clock was set back, counts as zero.
  void observe(std::chrono::nanoseconds duration) const;
  [[nodiscard]] bool counts() const { return series_ != nullptr; }

 private:
  prometheus::Histogram* series_ = nullptr;
};

/// Measures its own lifetime.
class Stopwatch final {
 public:
  explicit Stopwatch(const Histogram& histogram) : histogram_(histogram) {
    if (histogram_.counts()) began_ = std::chrono::steady_clock::now();
  }
  ~Stopwatch() {
    if (histogram_.counts()) histogram_.observe(std::chrono::steady_clock::now() - began_);
  }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  Histogram histogram_;
  std::chrono::steady_clock::time_point began_;
};

/// The series of one name, distinguished by the values of their labels. Their maximum is
/// Description::max_series; further ones share one series with the values `other`.
template <class Handle>
class Family {
 public:
  struct State;

  Family() = default;
  explicit Family(std::shared_ptr<State> state) : state_(std::move(state)) {}

  /// @param values of the labels, in the order of the description. Values over 64 bytes are cut.
  [[nodiscard]] Handle with(std::initializer_list<std::string_view> values) const;
  /// No such series from now on; no handle of it may be in use.
  void remove(std::initializer_list<std::string_view> values) const;

 private:
  std::shared_ptr<State> state_;
};

struct Description {
  std::string name;
  std::string help;
  /// Names of the labels; if empty, there is one series, `with({})`.
  std::vector<std::string> labels = {};
  std::size_t max_series = 200;
};

/// The registry. The class is thread-safe.
class Metrics final {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // Each name may be described once.
  // @throws std::invalid_argument where Prometheus does not take a name

  [[nodiscard]] Family<Counter> counters(Description description);
  [[nodiscard]] Family<Gauge> gauges(Description description);
  /// @param bounds upper ones of the buckets in seconds, rising
  [[nodiscard]] Family<Histogram> histograms(Description description, std::vector<double> bounds);

  /// In Prometheus' text format, version 0.0.4, by name.
  [[nodiscard]] std::string text() const;

 private:
  std::unique_ptr<prometheus::Registry> registry_;
};

}  // namespace telemetry OPENCTI_CONNECTOR_PUBLIC
