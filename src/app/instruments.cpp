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

}  // namespace

Instruments::Instruments(std::string_view name_space, std::string_view subsystem,
                         const source::Product& product)
    : product_(product),
      table_(name_space, subsystem),
      connector_(table_, product),
      lookups_(table_, product),
      process_(table_) {}

void Instruments::ended(const runtime::Ended& ended) {
  const auto mode = opencti::name_of(ended.mode);
  const auto& outcome = source::row_of(ended.outcome);
  connector_.ended.add();
  if (outcome.failed) connector_.failed.add();
  connector_.enrichments.with(mode, outcome.name).add();
  connector_.enrichment_duration.with(mode).observe(ended.took);
  if (ended.kind.empty()) return;
  const std::string_view rating = ended.rating.empty() ? "none" : std::string_view(ended.rating);
  lookups_.lookups.with(ended.kind, rating, outcome.name).add();
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

source::Metrics Instruments::for_source() {
  return {.table = &table_,
          .failed_requests = connector_.failed_requests,
          .lookup = connector_.step_duration.with("lookup"),
          .conversion = connector_.step_duration.with("conversion")};
}

opencti::SentMetrics Instruments::sent() const {
  return {.bundles = connector_.bundles_sent, .objects = connector_.objects_sent};
}

std::string Instruments::text(const monitoring::Snapshot& snapshot, source::Source& source) {
  const std::lock_guard lock(mutex_);
  update_connector(snapshot);
  update_links(snapshot);
  source.update_metrics();
  update_process(snapshot);
  return table_.text();
}

void Instruments::update_connector(const monitoring::Snapshot& snapshot) {
  telemetry::set_state(connector_.state, {"idle", "running", "stopped"}, state_of(snapshot));
  connector_.queued.set(snapshot.queued);
  connector_.waiting.set(static_cast<double>(snapshot.waiting));
  connector_.deferred.set(static_cast<double>(snapshot.deferred));
  connector_.not_seen_imported.set(static_cast<double>(snapshot.not_seen_imported));
  connector_.under_way.set(static_cast<double>(snapshot.under_way));
}

void Instruments::update_links(const monitoring::Snapshot& snapshot) {
  for (const auto& link : snapshot.links) {
    // While the state is unknown the gauge is absent: a broker without a result yet is not a fault.
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

void Instruments::update_process(const monitoring::Snapshot& snapshot) {
  const auto usage = telemetry::process_usage();
  process_.log_lines_dropped.raise_to(static_cast<double>(snapshot.log_lines_dropped));
  process_.build_info.with(product_.version).set(1);
  process_.start_time.set(seconds(snapshot.started.time_since_epoch()));
  process_.cpu.raise_to(usage.cpu.count());
  process_.resident_memory.set(static_cast<double>(usage.resident));
  process_.virtual_memory.set(static_cast<double>(usage.virtual_size));
  process_.open_files.set(static_cast<double>(usage.open_files));
  process_.max_open_files.set(usage.max_open_files);
}

}  // namespace app
