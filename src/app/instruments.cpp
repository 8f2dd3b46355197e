#include "app/instruments.hpp"

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

/// 1 for the state that holds, 0 for the others.
void set_state(const telemetry::Labelled<telemetry::Gauge, 1>& gauges,
               std::initializer_list<std::string_view> states, std::string_view state) {
  for (const auto each : states) gauges.with(each).set(each == state ? 1 : 0);
}

template <class Number>
std::optional<double> known(const std::optional<Number>& number) {
  return number ? std::optional(static_cast<double>(*number)) : std::nullopt;
}

}  // namespace

Instruments::Instruments(std::string_view name_space, std::string_view subsystem,
                         std::string_view version)
    : version_(version),
      table_(name_space, subsystem),
      connector_(table_),
      kaspersky_(table_),
      process_(table_) {}

void Instruments::ended(const runtime::Ended& ended) {
  const auto mode = opencti::name_of(ended.mode);
  const auto& outcome = source::row_of(ended.outcome);
  connector_.ended.add();
  if (outcome.failed) connector_.failed.add();
  connector_.enrichments.with(mode, outcome.name).add();
  connector_.enrichment_duration.with(mode).observe(ended.took);
  if (ended.kind.empty()) return;
  const std::string_view zone = ended.zone.empty() ? "none" : std::string_view(ended.zone);
  kaspersky_.lookups.with(ended.kind, zone, outcome.name).add();
}

runtime::StepMetrics Instruments::steps() const {
  const auto& steps = connector_.step_duration;
  return {.waiting = steps.with("waiting"),
          .reading = steps.with("reading"),
          .announcing = steps.with("announcing"),
          .turn = steps.with("turn"),
          .publishing = steps.with("publishing"),
          .reporting = steps.with("reporting"),
          .answering = steps.with("answering")};
}

void Instruments::give_to(tip::LookupChainOptions& options) const {
  options.client.metrics = {.requests = kaspersky_.requests,
                            .failures = connector_.failed_requests,
                            .retries = kaspersky_.retries,
                            .took = kaspersky_.request_duration};
  options.metrics = {.cache_hits = kaspersky_.cache_hits,
                     .cache_misses = kaspersky_.cache_misses,
                     .joined = kaspersky_.shared_lookups};
}

void Instruments::give_to(tip::TipSourceOptions& options) const {
  options.lookup = connector_.step_duration.with("lookup");
  options.conversion = connector_.step_duration.with("conversion");
}

opencti::SentMetrics Instruments::sent() const {
  return {.bundles = connector_.bundles_sent, .objects = connector_.objects_sent};
}

std::string Instruments::text(const monitoring::Snapshot& snapshot, std::int64_t cached) {
  const std::lock_guard lock(mutex_);
  update_connector(snapshot);
  update_links(snapshot);
  if (snapshot.source.quota) update_quota(*snapshot.source.quota, snapshot.at);
  set_state(kaspersky_.breaker_state, {"closed", "open", "probing"}, snapshot.source.breaker);
  kaspersky_.cache_bytes.set(static_cast<double>(cached));
  update_process(snapshot);
  return table_.text();
}

void Instruments::update_connector(const monitoring::Snapshot& snapshot) {
  set_state(connector_.state, {"idle", "running", "stopped"}, state_of(snapshot));
  connector_.queued.set(known(snapshot.queued));
  connector_.waiting.set(static_cast<double>(snapshot.waiting));
  connector_.set_aside.set(static_cast<double>(snapshot.set_aside));
  connector_.not_seen_imported.set(static_cast<double>(snapshot.not_seen_imported));
  connector_.under_way.set(static_cast<double>(snapshot.under_way));
}

void Instruments::update_links(const monitoring::Snapshot& snapshot) {
  for (const auto& link : snapshot.links) {
    // Before anything is known it is neither: a broker that has had no result yet is no fault.
    switch (link.state) {
      case monitoring::LinkState::up:
        connector_.link_up.with(link.name).set(1);
        break;
      case monitoring::LinkState::down:
        connector_.link_up.with(link.name).set(0);
        break;
      default:
        connector_.link_up.remove(link.name);
    }
  }
}

void Instruments::update_quota(const source::Quota& quota,
                               std::chrono::system_clock::time_point now) {
  kaspersky_.quota_limit.set(known(quota.limit));
  kaspersky_.quota_used.with("here").set(static_cast<double>(quota.used_here));
  kaspersky_.quota_used.with("all").set(static_cast<double>(quota.used_by_all));
  const auto left = [this](std::string_view whom, const auto& number) {
    if (number) {
      kaspersky_.quota_left.with(whom).set(static_cast<double>(*number));
    } else {
      kaspersky_.quota_left.remove(whom);
    }
  };
  left("people", quota.left);
  left("automatic", quota.left_for_automatic);
  kaspersky_.token_left.set(quota.token_expires ? std::optional(seconds(*quota.token_expires - now))
                                                : std::nullopt);
}

void Instruments::update_process(const monitoring::Snapshot& snapshot) {
  const auto usage = telemetry::process_usage();
  process_.log_lines_dropped.raise_to(static_cast<double>(snapshot.log_lines_dropped));
  process_.build_info.with(version_).set(1);
  process_.start_time.set(seconds(snapshot.started.time_since_epoch()));
  process_.cpu.raise_to(usage.cpu.count());
  process_.resident_memory.set(static_cast<double>(usage.resident));
  process_.virtual_memory.set(static_cast<double>(usage.virtual_size));
  process_.open_files.set(static_cast<double>(usage.open_files));
  process_.most_open_files.set(known(usage.most_open_files));
}

}  // namespace app
