#include "app/instrument_table.hpp"

#include <fmt/format.h>

namespace app {

ConnectorMetrics::ConnectorMetrics(telemetry::MetricTable& table, const source::Product& product)
    : bundles_sent(
          table.counter({"bundles_sent_total", "Bundles that arrived in the workers' queue"})),
      objects_sent(table.counter({"records_sent_total", "Objects in those bundles"})),
      ended(table.counter({"runs_total", "Messages that were worked on to the end"})),
      pings(table.counter({"ping_api_total", "Pings that the platform answered"})),
      failed_pings(table.counter({"ping_api_errors_total", "Pings that failed"})),
      failed(table.counter({"errors_total", "Messages that ended in an error"})),
      failed_requests(table.counter(
          {"client_errors_total",
           fmt::format("Requests to {} that brought neither an answer nor that there is none",
                       product.source)})),
      state(table.gauges(
          {"state", "1 for the state that the connector is in: idle, running, stopped"},
          {telemetry::own_name})),
      enrichments(table.counters(
          {"enrichments_total", "Messages that were worked on to the end, by what came of them"},
          {"mode", "outcome"})),
      enrichment_duration(table.histograms(
          {"enrichment_duration_seconds", "From the delivery of a message to its end"}, {"mode"})),
      step_duration(table.histograms(
          {"step_duration_seconds", "How long the steps take that a message passes"}, {"step"})),
      unreadable(table.counter(
          {"messages_unreadable_total",
           "Messages that were dropped, since they can neither be read nor answered"})),
      queued(table.optional_gauge(
          {"queue_messages",
           "Messages in the connector's queue on the broker, not yet delivered, at most some "
           "seconds ago"})),
      waiting(table.gauge(
          {"messages_waiting", "Messages that are delivered or accepted, and not begun"})),
      not_seen_imported(table.gauge({"results_not_seen_imported",
                                     "Results that were sent, and have not been seen imported"})),
      sent_again(
          table.counter({"results_sent_again_total",
                         "Results that were sent again, since the platform did not import them"})),
      set_aside(table.gauge(
          {"messages_set_aside",
           fmt::format("Messages that are put off until there are requests to {} left for them",
                       product.source)})),
      under_way(table.gauge(
          {"messages_under_way",
           "Messages that are being worked on, or wait for their turn to be published"})),
      link_up(table.gauges({"link_up",
                            "1 while what the connector depends on can be reached and used, 0 "
                            "while it cannot",
                            true},
                           {"link"})) {}

LookupMetrics::LookupMetrics(telemetry::MetricTable& table, const source::Product& product)
    : lookups(table.counters({fmt::format("{}_lookups_total", word_of_source(product)),
                              fmt::format("Questions to {}, also those that were answered from "
                                          "memory or not asked, by what came of them",
                                          product.source)},
                             {"kind", product.ratings.word, "outcome"})) {}

ProcessMetrics::ProcessMetrics(telemetry::MetricTable& table)
    : log_lines_dropped(table.counter(
          {"log_lines_dropped_total",
           "Lines of the log that could not be written, because nobody read them in time or the "
           "disk is full"})),
      build_info(table.gauges({"build_info", "Always 1"}, {"version"})),
      start_time(table.gauge({.name = "process_start_time_seconds",
                              .help = "When the process was started, in seconds since 1970",
                              .common = true})),
      cpu(table.counter({.name = "process_cpu_seconds_total",
                         .help = "Time of processors that the process has used",
                         .common = true})),
      resident_memory(table.gauge({.name = "process_resident_memory_bytes",
                                   .help = "Memory that the process has",
                                   .common = true})),
      virtual_memory(table.gauge({.name = "process_virtual_memory_bytes",
                                  .help = "Addresses that the process has",
                                  .common = true})),
      open_files(table.gauge({.name = "process_open_fds",
                              .help = "Files and connections that are open",
                              .common = true})),
      most_open_files(
          table.optional_gauge({.name = "process_max_fds",
                                .help = "Files and connections that may be open at most",
                                .common = true})) {}

}  // namespace app
