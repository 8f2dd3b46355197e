#include "app/instrument_table.hpp"

#include <fmt/format.h>

namespace app {

ConnectorMetrics::ConnectorMetrics(telemetry::MetricTable& table, const source::Product& product)
    : bundles_sent(table.counter({"bundles_sent_total", "Bundles sent to the workers' queue"})),
      objects_sent(table.counter(
          {"records_sent_total", "Objects in the bundles sent to the workers' queue"})),
      ended(table.counter({"runs_total", "Messages processed"})),
      pings(table.counter({"ping_api_total", "Pings that the platform answered"})),
      failed_pings(table.counter({"ping_api_errors_total", "Pings that failed"})),
      failed(table.counter({"errors_total", "Messages processed with an error"})),
      failed_requests(table.counter(
          {"client_errors_total", fmt::format("Requests to {} that failed", product.source)})),
      state(table.gauges(
          {"state", "1 for the current state of the connector: idle, running, stopped"},
          {telemetry::own_name})),
      enrichments(table.counters({"enrichments_total", "Messages processed, by outcome"},
                                 {"mode", "outcome"})),
      enrichment_duration(table.histograms(
          {"enrichment_duration_seconds", "Time from the delivery of a message to its end"},
          {"mode"})),
      step_duration(table.histograms(
          {"step_duration_seconds", "Duration of each processing step of a message"}, {"step"})),
      unreadable(table.counter({"messages_unreadable_total",
                                "Messages dropped because they can neither be read nor answered"})),
      queued(table.optional_gauge({"queue_messages",
                                   "Messages not yet delivered from the connector's queue on the "
                                   "broker, as of a few seconds ago"})),
      waiting(table.gauge({"messages_waiting", "Messages delivered or accepted, but not begun"})),
      not_seen_imported(table.gauge(
          {"results_not_seen_imported", "Results sent but not yet known to be imported"})),
      sent_again(table.counter({"results_sent_again_total",
                                "Results sent again because the platform did not import them"})),
      deferred(table.gauge(
          {"messages_deferred",
           fmt::format("Messages deferred until the daily quota of {} allows their lookups",
                       product.source)})),
      under_way(
          table.gauge({"messages_under_way",
                       "Messages being processed, or waiting for their turn to be published"})),
      link_up(table.gauges({"link_up", "1 if the link works, else 0", true}, {"link"})) {}

LookupMetrics::LookupMetrics(telemetry::MetricTable& table, const source::Product& product)
    : lookups(table.counters(
          {fmt::format("{}_lookups_total", word_of_source(product)),
           fmt::format("Lookups at {}, including cached and skipped ones, by outcome",
                       product.source)},
          {"kind", product.ratings.word, "outcome"})) {}

ProcessMetrics::ProcessMetrics(telemetry::MetricTable& table)
    : log_lines_dropped(table.counter(
          {"log_lines_dropped_total",
           "Log lines dropped because they were not read in time or the disk was full"})),
      build_info(table.gauges({"build_info", "Always 1"}, {"version"})),
      start_time(table.gauge({.name = "process_start_time_seconds",
                              .help = "Start time of the process in seconds since 1970",
                              .common = true})),
      cpu(table.counter({.name = "process_cpu_seconds_total",
                         .help = "CPU time used by the process",
                         .common = true})),
      resident_memory(table.gauge({.name = "process_resident_memory_bytes",
                                   .help = "Resident memory size",
                                   .common = true})),
      virtual_memory(table.gauge(
          {.name = "process_virtual_memory_bytes", .help = "Virtual memory size", .common = true})),
      open_files(table.gauge(
          {.name = "process_open_fds", .help = "Open file descriptors", .common = true})),
      max_open_files(table.optional_gauge({.name = "process_max_fds",
                                           .help = "Maximum number of open file descriptors",
                                           .common = true})) {}

}  // namespace app
