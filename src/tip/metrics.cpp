#include "tip/metrics.hpp"

#include <array>
#include <optional>
#include <string_view>

namespace tip {
namespace {

constexpr auto labels = std::to_array<source::OwnMetrics::Label>(
    {{"result", "one of the [outcomes](#outcomes) that a request can have"},
     {"by", "`here` (this connector), `all` (everyone who uses the licence, as far as is known)"},
     {"for", "`manual` (manual requests), `automatic` (less the reserve for manual requests)"}});

}  // namespace

Metrics::Metrics(telemetry::MetricTable& table)
    : requests(table.counters(
          {"kaspersky_requests_total", "Requests sent to Kaspersky, by outcome"}, {"result"})),
      request_duration(table.histogram(
          {"kaspersky_request_duration_seconds",
           "Time from sending a request to Kaspersky to the last byte of its answer"})),
      retries(table.counter(
          {"kaspersky_retries_total", "Requests to Kaspersky after the first one of a lookup"})),
      shared_lookups(table.counter(
          {"kaspersky_shared_lookups_total", "Lookups that shared an identical lookup in flight"})),
      breaker_state(table.gauges({"kaspersky_breaker_state",
                                  "1 for the current state of the breaker: closed (requests are "
                                  "sent), open (none are sent), probing (one is sent)"},
                                 {"state"})),
      quota_limit(table.optional_gauge({"kaspersky_quota_limit", "Requests allowed today"})),
      quota_used(table.gauges({"kaspersky_quota_used", "Requests sent today"}, {"by"})),
      quota_left(table.gauges({"kaspersky_quota_left", "Requests left today", true}, {"for"})),
      token_left(table.optional_gauge({"kaspersky_token_left_seconds",
                                       "Time until the API token expires; negative after that"})),
      cache_hits(table.counter({"answer_cache_hits_total", "Cache hits"})),
      cache_misses(table.counter({"answer_cache_misses_total", "Cache misses"})),
      cache_bytes(table.gauge({"answer_cache_bytes", "Size of all cached answers"})) {}

void Metrics::update(const source::SourceState& state, std::int64_t cached,
                     std::chrono::system_clock::time_point now) const {
  telemetry::set_state(breaker_state, {"closed", "open", "probing"}, state.breaker);
  cache_bytes.set(static_cast<double>(cached));
  if (state.quota) update(*state.quota, now);
}

void Metrics::update(const source::Quota& quota, std::chrono::system_clock::time_point now) const {
  quota_limit.set(quota.limit);
  quota_used.with("here").set(static_cast<double>(quota.used_here));
  quota_used.with("all").set(static_cast<double>(quota.used_by_all));
  const auto left = [this](std::string_view whom, const std::optional<std::int64_t>& number) {
    if (number) {
      quota_left.with(whom).set(static_cast<double>(*number));
    } else {
      quota_left.remove(whom);
    }
  };
  left("manual", quota.left);
  left("automatic", quota.left_for_automatic);
  std::optional<double> token;
  if (quota.token_expires) {
    token = std::chrono::duration<double>(*quota.token_expires - now).count();
  }
  token_left.set(token);
}

source::OwnMetrics own_metrics() {
  return {.declare = [](telemetry::MetricTable& table) { Metrics{table}; }, .labels = labels};
}

}  // namespace tip
