#include "app/instruments.hpp"

#include <vector>

#include "app/instrument_table.hpp"
#include "app/version.hpp"
#include "telemetry/process_usage.hpp"

namespace app {
namespace {

double seconds(std::chrono::system_clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

std::string_view state_of(const monitoring::Snapshot& snapshot) {
  if (snapshot.stopping) return "stopped";
  return snapshot.waiting + snapshot.under_way > 0 ? "running" : "idle";
}

}  // namespace

Instruments::Instruments(std::string_view name_space, std::string_view subsystem) {
  for (const auto part : {name_space, subsystem}) {
    if (!part.empty()) prefix_.append(part).append("_");
  }
  const auto bounds = bucket_bounds();
  for (const auto& each : instrument_table()) {
    telemetry::Description description{
        .name = each.common ? std::string(each.name) : full_name(each.name),
        .help = std::string(each.help)};
    for (const auto label : labels_of(each)) {
      description.labels.push_back(label == own_name ? description.name : std::string(label));
    }
    const bool one = description.labels.empty();
    if (each.kind == InstrumentKind::gauge) {
      gauges_[each.name] = metrics_.gauges(std::move(description));
    } else if (each.kind == InstrumentKind::histogram) {
      const auto& made = histograms_[each.name] =
          metrics_.histograms(std::move(description), {bounds.begin(), bounds.end()});
      if (one) static_cast<void>(made.with({}));
    } else {
      const auto& made = counters_[each.name] = metrics_.counters(std::move(description));
      // A rate needs to have seen it at zero.
      if (one) static_cast<void>(made.with({}));
    }
  }
}

std::string Instruments::full_name(std::string_view name) const {
  return prefix_ + std::string(name);
}

void Instruments::ended(const runtime::Ended& ended) {
  const auto mode = opencti::name_of(ended.mode);
  counter("runs_total").add();
  if (ended.in_error) counter("errors_total").add();
  counters_.at("enrichments_total").with({mode, ended.outcome}).add();
  histograms_.at("enrichment_duration_seconds").with({mode}).observe(ended.took);
  if (ended.kind.empty()) return;
  const std::string_view zone = ended.zone.empty() ? "none" : std::string_view(ended.zone);
  counters_.at("kaspersky_lookups_total").with({ended.kind, zone, ended.outcome}).add();
}

runtime::StepMetrics Instruments::steps() const {
  const auto& steps = histograms_.at("step_duration_seconds");
  return {.waiting = steps.with({"waiting"}),
          .reading = steps.with({"reading"}),
          .lookup = steps.with({"lookup"}),
          .conversion = steps.with({"conversion"}),
          .announcing = steps.with({"announcing"}),
          .turn = steps.with({"turn"}),
          .publishing = steps.with({"publishing"}),
          .reporting = steps.with({"reporting"}),
          .answering = steps.with({"answering"})};
}

LookupMetrics Instruments::lookup() const {
  return {.client = {.requests = counters_.at("kaspersky_requests_total"),
                     .failures = counter("client_errors_total"),
                     .retries = counter("kaspersky_retries_total"),
                     .took = histograms_.at("kaspersky_request_duration_seconds").with({})},
          .cache_hits = counter("answer_cache_hits_total"),
          .cache_misses = counter("answer_cache_misses_total"),
          .joined = counter("kaspersky_shared_lookups_total")};
}

opencti::SentMetrics Instruments::sent() const {
  return {.bundles = counter("bundles_sent_total"), .objects = counter("records_sent_total")};
}

telemetry::Counter Instruments::counter(std::string_view name) const {
  return counters_.at(name).with({});
}

std::string Instruments::text(const monitoring::Snapshot& snapshot, std::int64_t cached) {
  const std::lock_guard lock(mutex_);
  set_state("state", {"idle", "running", "stopped"}, state_of(snapshot));
  const auto queued = snapshot.queued;
  set("queue_messages", {},
      queued ? std::optional(static_cast<std::int64_t>(*queued)) : std::nullopt);
  set("messages_waiting", {}, static_cast<double>(snapshot.waiting));
  set("messages_set_aside", {}, static_cast<double>(snapshot.set_aside));
  set("results_not_seen_imported", {}, static_cast<double>(snapshot.not_seen_imported));
  set("messages_under_way", {}, static_cast<double>(snapshot.under_way));
  set("answer_cache_bytes", {}, static_cast<double>(cached));
  set_state("kaspersky_breaker_state", {"closed", "open", "probing"}, snapshot.breaker);
  counter("log_lines_dropped_total").raise_to(static_cast<double>(snapshot.log_lines_dropped));
  update_links(snapshot);
  update_quota(snapshot.quota, snapshot.at);
  update_process(snapshot);
  return metrics_.text();
}

void Instruments::set(std::string_view name, Values values, double value) {
  gauges_.at(name).with(values).set(value);
}

void Instruments::set(std::string_view name, Values values, std::optional<std::int64_t> value) {
  if (value) return set(name, values, static_cast<double>(*value));
  gauges_.at(name).remove(values);
}

void Instruments::set_state(std::string_view name, Values states, std::string_view state) {
  for (const auto each : states) set(name, {each}, each == state ? 1.0 : 0.0);
}

void Instruments::update_links(const monitoring::Snapshot& snapshot) {
  for (const auto& link : snapshot.links) {
    // Before anything is known it is neither: a broker that has had no result yet is no fault.
    const bool known =
        link.state == monitoring::LinkState::up || link.state == monitoring::LinkState::down;
    if (!known) {
      gauges_.at("link_up").remove({link.name});
    } else {
      set("link_up", {link.name}, link.state == monitoring::LinkState::up ? 1.0 : 0.0);
    }
  }
}

void Instruments::update_quota(const monitoring::QuotaState& quota,
                               std::chrono::system_clock::time_point now) {
  set("kaspersky_quota_limit", {}, quota.limit);
  set("kaspersky_quota_used", {"here"}, static_cast<double>(quota.used_here));
  set("kaspersky_quota_used", {"all"}, static_cast<double>(quota.used_by_all));
  set("kaspersky_quota_left", {"people"}, quota.left);
  set("kaspersky_quota_left", {"automatic"}, quota.left_for_automatic);
  if (quota.token_expires) {
    set("kaspersky_token_left_seconds", {}, seconds(*quota.token_expires - now));
  } else {
    set("kaspersky_token_left_seconds", {}, std::optional<std::int64_t>());
  }
}

void Instruments::update_process(const monitoring::Snapshot& snapshot) {
  const auto usage = telemetry::process_usage();
  set("build_info", {version}, 1.0);
  set("process_start_time_seconds", {}, seconds(snapshot.started.time_since_epoch()));
  counter("process_cpu_seconds_total").raise_to(usage.cpu.count());
  set("process_resident_memory_bytes", {}, static_cast<double>(usage.resident));
  set("process_virtual_memory_bytes", {}, static_cast<double>(usage.virtual_size));
  set("process_open_fds", {}, static_cast<double>(usage.open_files));
  set("process_max_fds", {}, usage.most_open_files);
}

}  // namespace app
