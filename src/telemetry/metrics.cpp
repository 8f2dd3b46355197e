#include "telemetry/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

namespace telemetry {
namespace {

constexpr std::size_t longest_label_value = 64;
constexpr std::string_view beyond = "other";

using Values = std::vector<std::string>;

template <class Handle>
struct SeriesOf;
template <>
struct SeriesOf<Counter> {
  using Type = prometheus::Counter;
};
template <>
struct SeriesOf<Gauge> {
  using Type = prometheus::Gauge;
};
template <>
struct SeriesOf<Histogram> {
  using Type = prometheus::Histogram;
};

/// Exactly `labels` values.
Values values_for(std::initializer_list<std::string_view> given, std::size_t labels) {
  Values values;
  values.reserve(labels);
  for (const auto value : given) {
    if (values.size() < labels) values.emplace_back(value.substr(0, longest_label_value));
  }
  values.resize(labels);
  return values;
}

}  // namespace

template <class Handle>
struct Family<Handle>::State {
  using Series = typename SeriesOf<Handle>::Type;

  State(prometheus::Family<Series>& its_family, Description its_description,
        std::vector<double> its_bounds = {})
      : family(its_family),
        description(std::move(its_description)),
        bounds(std::move(its_bounds)) {}

  Series& add(const Values& values) {
    prometheus::Labels labels;
    for (std::size_t i = 0; i < values.size(); ++i) labels[description.labels[i]] = values[i];
    if constexpr (std::is_same_v<Handle, Histogram>) {
      return family.Add(labels, bounds);
    } else {
      return family.Add(labels);
    }
  }

  prometheus::Family<Series>& family;
  const Description description;
  const std::vector<double> bounds;
  std::mutex mutex;
  std::map<Values, Series*> series;
};

template <class Handle>
Handle Family<Handle>::with(std::initializer_list<std::string_view> given) const {
  if (!state_) return Handle();
  auto values = values_for(given, state_->description.labels.size());
  const std::lock_guard lock(state_->mutex);
  auto& series = state_->series;
  auto found = series.find(values);
  if (found == series.end() && series.size() >= state_->description.max_series) {
    for (auto& value : values) value = beyond;
    found = series.find(values);
  }
  if (found == series.end()) found = series.emplace(values, &state_->add(values)).first;
  return Handle(found->second);
}

template <class Handle>
void Family<Handle>::remove(std::initializer_list<std::string_view> given) const {
  if (!state_) return;
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->series.find(values_for(given, state_->description.labels.size()));
  if (found == state_->series.end()) return;
  state_->family.Remove(found->second);
  state_->series.erase(found);
}

template class Family<Counter>;
template class Family<Gauge>;
template class Family<Histogram>;

void Counter::add(double amount) const {
  if (series_ != nullptr) series_->Increment(amount);
}

void Counter::raise_to(double value) const {
  if (series_ != nullptr) series_->Increment(std::max(value - series_->Value(), 0.0));
}

void Gauge::set(double value) const {
  if (series_ != nullptr) series_->Set(value);
}

void Histogram::observe(std::chrono::nanoseconds duration) const {
  if (series_ == nullptr) return;
  const auto none = std::chrono::nanoseconds::zero();
  series_->Observe(std::chrono::duration<double>(std::max(duration, none)).count());
}

Metrics::Metrics()
    : registry_(
          std::make_unique<prometheus::Registry>(prometheus::Registry::InsertBehavior::Throw)) {}
Metrics::~Metrics() = default;

Family<Counter> Metrics::counters(Description description) {
  auto& family =
      prometheus::BuildCounter().Name(description.name).Help(description.help).Register(*registry_);
  return Family<Counter>(std::make_shared<Family<Counter>::State>(family, std::move(description)));
}

Family<Gauge> Metrics::gauges(Description description) {
  auto& family =
      prometheus::BuildGauge().Name(description.name).Help(description.help).Register(*registry_);
  return Family<Gauge>(std::make_shared<Family<Gauge>::State>(family, std::move(description)));
}

Family<Histogram> Metrics::histograms(Description description, std::vector<double> bounds) {
  auto& family = prometheus::BuildHistogram()
                     .Name(description.name)
                     .Help(description.help)
                     .Register(*registry_);
  return Family<Histogram>(std::make_shared<Family<Histogram>::State>(
      family, std::move(description), std::move(bounds)));
}

std::string Metrics::text() const {
  auto families = registry_->Collect();
  std::sort(families.begin(), families.end(),
            [](const auto& one, const auto& other) { return one.name < other.name; });
  for (auto& family : families) {
    std::sort(family.metric.begin(), family.metric.end(),
              [](const auto& one, const auto& other) { return one.label < other.label; });
  }
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace telemetry
